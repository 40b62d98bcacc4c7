from pathlib import Path

from deploy.local.log_watch import LogWatch, in_words, is_grave


def test_a_json_line_is_told_as_people_read_it():
    assert (
        in_words('{"level": "error", "message": "did not send", "cause": "TimeoutError"}')
        == "did not send (TimeoutError)"
    )


def test_a_line_of_postgres_is_told_without_its_time():
    assert in_words("2026-11-23 06:57:04.603 UTC [14987] FATAL:  no room") == "FATAL:  no room"


def test_of_a_traceback_the_last_line_is_told():
    line = '{"level": "error", "message": "unexpected error", "error": "Traceback\\n  File x\\nKeyError: 1"}'
    assert in_words(line) == "unexpected error (KeyError: 1)"


def test_what_engines_say_when_something_is_wrong_is_grave():
    assert is_grave("2026-11-26 18:00 UTC [1] FATAL:  the database system is starting up") is True
    assert is_grave('{"level": "warning", "message": "x"}') is True
    assert is_grave('{"level": "info", "message": "an error was put right"}') is False
    assert is_grave("{broken") is False


def test_only_what_is_new_is_told_and_a_repetition_after_a_while(tmp_path: Path):
    log = tmp_path / "log"
    log.write_text('{"level": "error", "message": "of an earlier run"}\n')
    watch = LogWatch(log)
    again = '{"level": "error", "message": "again"}\n'
    with log.open("a") as file:
        file.write(again)
    assert watch.problems(0.0) == ["again"]
    with log.open("a") as file:
        file.write(again)
    assert watch.problems(1.0) == []
    with log.open("a") as file:
        file.write(again)
    assert watch.problems(60.0) == ["again"]


def test_half_a_line_waits_for_its_other_half(tmp_path: Path):
    log = tmp_path / "log"
    watch = LogWatch(log)
    assert watch.problems(0.0) == []
    log.write_text('{"level": "error", ')
    assert watch.problems(1.0) == []
    with log.open("a") as file:
        file.write('"message": "whole"}\n')
    assert watch.problems(2.0) == ["whole"]


def test_a_log_that_was_set_aside_is_read_from_its_new_beginning(tmp_path: Path):
    log = tmp_path / "log"
    log.write_text("a long line of an earlier time\n")
    watch = LogWatch(log)
    log.write_text("x PANIC: y\n")
    assert watch.problems(0.0) == ["x PANIC: y"]
