"""Talking with members by text: what they send is understood, done through the services and answered; never guessed."""
