"""The only code that two services both use. It names no service and no business noun, `contracts` excepted."""
