"""TAP for the tests written in Python: @test("name") on a function, then main(). PROGRAM WORDS runs only what is called so."""

import sys
import traceback

_tests = []


def test(name):
    return lambda function: _tests.append((name, function))


def equal(found, wanted, what="value"):
    if found != wanted:
        raise AssertionError(f"{what} is {found!r:.300}, expected {wanted!r:.300}")


def main():
    words = sys.argv[1] if len(sys.argv) > 1 else ""
    chosen = [t for t in _tests if words in t[0]]
    failed = 0
    print("TAP version 13")
    for number, (name, function) in enumerate(chosen, 1):
        try:
            function()
            print(f"ok {number} - {name}", flush=True)
        except Exception:
            failed += 1
            print("".join("# " + line + "\n" for line in traceback.format_exc().splitlines()), end="")
            print(f"not ok {number} - {name}\n# again: {sys.executable} {sys.argv[0]} '{name}'", flush=True)
    print(f"1..{len(chosen)}")
    sys.exit(1 if failed or not chosen else 0)
