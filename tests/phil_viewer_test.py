#!/usr/bin/env python3
"""The viewer and the philosophers, end to end, without QEMU and without a display: petri-view against a table made of
Python. Prints TAP. Usage: phil_viewer_test.py build/petri-view [part of a test's name]
"""
import random
import re
import struct

import wire
from fake_qemu import items
from viewer_kit import Target, Terminal, check, expect_failure, fake_qemu, leftovers, main, read_png, test, view

SUMMARY = re.compile(r"^philosophers (\d+) strategy ([\w-]+) meals (\d+) meals_min (\d+) meals_max (\d+) thinking (\d+) hungry (\d+) "
                     r"eating (\d+) fairness ([01]\.\d{3}) wait_mean_us ([\d.]+) wait_median_us ([\d.]+) wait_p99_us ([\d.]+) "
                     r"wait_max_us ([\d.]+) violations (\d+) voluntary_switches (\d+) preemptions (\d+)\n$")
MEMBER = re.compile(r"^(.+) holds fork (\d+) waits for fork (\d+) held by (.+)$")
STRATEGIES = ["naive", "ordered", "waiter", "trylock", "chandy-misra"]


def table(d, *faults, name="table"):
    return Target(d, *faults, where="unix:" + d(name + "-".join(faults)), demo="philosophers")


def expect_cycle(out, n):
    """n lines; each waits for the fork that the next holds."""
    members = [MEMBER.match(line) for line in out.splitlines()]
    check(len(members) == n and all(members), "not a cycle of", n, ":", out)
    for m, following in zip(members, members[1:] + members[:1]):
        check(m[4] == following[1] and m[3] == following[2], "not closed:", m[0], "->", following[0])
    check(len({m[1] for m in members}) == n and len({m[2] for m in members}) == n, "a name or a fork twice:", out)


# ---- headless ----


@test
def each_strategy_reaches_its_meals_and_says_how(d):
    for strategy in STRATEGIES[1:]:
        with table(d, name=strategy) as t:
            code, out, err = view(t.address, "--headless", "--philosophers", 12, "--strategy", strategy, "--meals", 400)
        check(code == 0, strategy, code, err)
        m = SUMMARY.match(out)
        check(m, "the line is wrong:", out)
        check((m[1], m[2], m[3], m[14]) == ("12", strategy, "400", "0"), out)
        check(int(m[6]) + int(m[7]) + int(m[8]) == 12 and int(m[4]) <= 400 / 12 <= int(m[5]), out)
        check(float(m[9]) > 0.5 and float(m[10]) <= float(m[13]) and 0 < float(m[11]) <= float(m[12]), out)


@test
def a_deadlock_ends_with_three_and_its_cycle(d):
    for n in (2, 5, 100):
        with table(d, name=str(n)) as t:
            code, out, err = view(t.address, "--headless", "--philosophers", n, "--strategy", "naive", "--until-deadlock", "--timeout", 30)
        check(code == 3, n, code, err)
        expect_cycle(out, n)
        check("The kernel reports a cycle of %d threads" % n in err and "\nphilosophers %d " % n in err, err)


@test
def locks_that_are_no_forks_are_told_by_address(d):
    with table(d, "no-forks") as t:
        code, out, _ = view(t.address, "--headless", "--philosophers", 3, "--until-deadlock", "--timeout", 20)
    check(code == 3 and re.match(r"\w+ holds lock 0xdead\w+ waits for lock 0xdead\w+ held by \w+\n", out), code, out)


@test
def nobody_said_how_far(d):
    with table(d, name="a") as t:
        code, out, err = view(t.address, "--headless", "--strategy", "ordered", "--screenshot", d("o.png"))
    check(code == 0 and " meals 1000 " in out, code, out, err)
    width, height, _ = read_png(d.read("o.png"))
    check(width >= 400 and height >= 400, width, height)
    with table(d, name="b") as t:
        check(view(t.address, "--headless", "--strategy", "naive", "--screenshot", d("p.png"))[0] == 3)


@test
def wrong_usage_is_two(d):
    for args in (["--philosophers", "1"], ["--philosophers", "10001"], ["--philosophers", "x"], ["--philosophers"], ["--strategy", "hungry"],
                 ["--distribution", "normal"], ["--think", "-1"], ["--eat", "1.5"], ["--reach", "99999999999"], ["--meals", "0"],
                 ["--philosophers", "5", "--load", "x"], ["--until", "5", "--meals", "5"], ["--random", "0.5", "--strategy", "naive"],
                 ["--meals", "5", "--speed", "3"], ["--until-deadlock=1"], ["--philosophers", "5", "--save", "x"]):
        code, out, err = view(*args)
        check(code == 2 and out == "" and err.startswith("petri-view: ") and err.count("\n") == 1, args, code, out, err)
    check("--until-deadlock" in view("--help")[1])


# ---- trouble ----


@test
def damage_on_the_line_is_healed(d):
    for fault in ("garbage", "drop-frames", "forget", "lose-acks", "text"):
        with table(d, fault) as t:
            code, out, err = view(t.address, "--headless", "--philosophers", 40, "--strategy", "ordered", "--meals", 3000, "--timeout", 40)
        check(code == 0 and SUMMARY.match(out)[3] == "3000", fault, code, out, err)
    for fault in ("garbage", "forget", "lose-acks", "text"):
        with table(d, fault, name="d") as t:
            code, out, err = view(t.address, "--headless", "--philosophers", 40, "--until-deadlock", "--timeout", 40)
        check(code == 3, fault, code, err)
        expect_cycle(out, 40)


@test
def trouble_is_told_in_words(d):
    meals = ["--strategy", "ordered", "--meals", 300, "--think", 3000]
    for fault, args, words in (("violation", meals, ["1 violations"]), ("miscount", meals, ["301 meals were eaten, not 300"]),
                               ("refuse-setup", meals, ["refused SETUP", "no memory for so many threads"]),
                               ("close", meals, ["lost", "closed the connection"]), ("end-early", meals, ["ended (code 4)", "before 300 meals"]),
                               ("half-cycle", ["--until-deadlock", "--philosophers", 40], ["not done after 4 s"]),
                               ("mute", meals, ["has said nothing"]), ("text", ["--meals", 300], ["a deadlock of 5", "300 cannot be reached"]),
                               ("text", ["--strategy", "waiter", "--until-deadlock"], ["not done after 4 s, at "])):
        with table(d, fault, name="-".join(map(str, args))) as t:
            expect_failure(view(t.address, "--headless", *args, "--timeout", 4), *words)


@test
def options_of_one_demo_and_a_target_of_the_other(d):
    with Target(d, where="unix:" + d("life")) as t:
        expect_failure(view(t.address, "--headless", "--philosophers", 5, "--timeout", 5), "the target runs life", "--philosophers is for philosophers")
    with table(d) as t:
        expect_failure(view(t.address, "--headless", "--until", 5, "--timeout", 5), "the target runs philosophers", "--until is for life")


@test
def joining_a_table_leaves_it_alone(d):
    with Target(d, where="pty:" + d("tty"), demo="philosophers") as t:
        code, out, err = view(d("tty"), "--headless", "--philosophers", 7, "--strategy", "ordered", "--meals", 500)
        check(code == 0, err)
        p = Terminal(t.address[4:], "--tui")
        p.until(b"7 philosophers  ordered")
        check(b"meals 500 " in p.output, "another table")
        p.key(b"q")
        check(p.close() == 0)


# ---- the boot script and QEMU ----


def setup_of(d, *args):
    result = view("qemu:virt:x", "--boot-script", d("blob"), *args)
    check(result[0] == 0, args, result)
    script = items(d.read("blob"))
    check([k for k, _ in script] == [wire.CMD_BOOT, wire.PHIL_SETUP, wire.PHIL_RUN], script)
    return struct.unpack("<IBBBBIIIQQ", script[1][1]), struct.unpack("<IQQ", script[0][1])


@test
def the_boot_script_holds_the_whole_run(d):
    setup, boot = setup_of(d, "--headless", "--icount", "--philosophers", 5, "--strategy", "naive", "--until-deadlock", "--seed", 7)
    check(setup == (5, 0, 1, 1, 0, 50, 50, 1000, 7, 0) and boot == (3, 7, 0), setup, boot)
    setup, boot = setup_of(d, "--headless", "--icount", "--strategy", "waiter", "--meals", 100000, "--distribution", "exponential")
    check(setup == (5, 2, 2, 2, 0, 50, 50, 0, 1, 100000) and boot == (3, 0, 0), setup, boot)
    setup, boot = setup_of(d, "--philosophers", 300, "--strategy", "chandy-misra", "--seed", 3)
    check(setup == (300, 4, 1, 0, 0, 1000000, 1000000, 300000, 3, 0) and boot == (0, 3, 0), "for a person:", setup, boot)
    setup, _ = setup_of(d, "--think", 0, "--eat", 7, "--reach", 9, "--distribution", "fixed", "--seed", 0)
    check(setup[2] == 0 and setup[5:9] == (0, 7, 9, 0), setup)


@test
def our_own_qemu_runs_and_goes(d):
    for extra in ([], ["--icount"]):
        code, out, err = fake_qemu(d, "--headless", "--strategy", "ordered", "--meals", 200, "--record", d("r"), *extra, demo="philosophers")
        check(code == 0 and SUMMARY.match(out)[3] == "200", extra, code, out, err)
        code, out, err = fake_qemu(d, "--headless", "--until-deadlock", "--record", d("r"), *extra, demo="philosophers")
        check(code == 3, extra, code, err)
        expect_cycle(out, 5)
        kinds = [f[0] for f in wire.frames(d.read("r"))]
        check(kinds[-2:] == [wire.STATS, wire.END] and wire.DEADLOCK in kinds, kinds)
    check(fake_qemu(d, "--headless", "--icount", demo="philosophers", env={"PWD": d("")})[0] == 3, "the image's folder tells the demo")
    check(not leftovers(d), leftovers(d))
    expect_failure(fake_qemu(d, "--headless", "--until-deadlock", mode="code7", demo="philosophers"), "QEMU ended with code 7")


# ---- recordings ----


@test
def a_recording_replays_to_the_same_end(d):
    with table(d, name="a") as t:
        code, live, err = view(t.address, "--headless", "--philosophers", 20, "--strategy", "waiter", "--meals", 2000, "--record", d("r"))
    check(code == 0, err)
    code, out, err = view(d("r"), "--headless")
    check(code == 0 and out == live, out, live, err)
    code, out, err = view(d("r"), "--headless", "--meals", 2001)
    check(code == 1 and "the recording ends at 2000 meals, before 2001 meals" in err, code, err)
    with table(d, name="b") as t:
        live = view(t.address, "--headless", "--until-deadlock", "--record", d("c"))[1]
    code, out, err = view(d("c"), "--headless", "--until-deadlock")
    check(code == 3 and out == live, code, out, err)
    expect_failure(view(d("r"), "--headless", "--until-deadlock"), "the recording ends at 2000 meals, before a deadlock")


@test
def frames_with_any_content_do_no_harm(d):
    r = random.Random(4)
    size = {wire.HELLO: 64, wire.STATS: 72, wire.DEADLOCK: 24 + 70, wire.PHIL_CONFIG: 56, wire.PHIL_BAND: 28, wire.PHIL_SAMPLE: 96,
            wire.PHIL_WAITS: 116, wire.PHIL_NAMES: 8}
    for turn in range(6):
        data = wire.frame(wire.HELLO, 0, struct.pack("<HBBIQQII16s16sBBH", 2, 1, 0, 9, 0, 0, 1, 0, b"fake", b"philosophers", 0, 1, 0))
        for seq in range(1, 3000):
            kind = r.choice(list(size)[1:])
            n = size[kind] + r.choice([0, 0, 0, -1, 1, 7, 100])
            payload = bytearray(r.randrange(256) if r.random() < 0.3 else r.randrange(3) for _ in range(max(0, n)))
            if kind >= wire.PHIL_CONFIG:
                payload[:4] = struct.pack("<I", r.randrange(2))  # often the right epoch
            if kind == wire.PHIL_CONFIG and len(payload) > 11:
                payload[4:12] = struct.pack("<IBBBB", r.choice([2, 5, 9, 300, 10000, 10001]), r.randrange(6), r.randrange(4), r.randrange(4), 0)
            if kind == wire.PHIL_BAND and len(payload) >= 28:
                payload[20:26] = struct.pack("<HHBB", r.randrange(3), r.randrange(6), r.randrange(2), r.randrange(2))
            if kind == wire.DEADLOCK and len(payload) >= 24:
                payload[:16] = struct.pack("<IIIHBB", r.randrange(3), r.randrange(4), r.randrange(2), r.randrange(3), 0, 0)
            data += wire.frame(kind, seq if r.random() < 0.9 else r.getrandbits(32), bytes(payload))
        code, _, err = view(d("any", data), "--headless", *([] if turn % 2 else ["--until-deadlock"]), "--screenshot", d("x.png"), timeout=120)
        check(code in (0, 1, 3), code, err[-2000:])


# ---- the terminal ----


@test
def the_terminal_shows_the_table(d):
    with table(d) as t:
        p = Terminal(t.address, "--tui", "--philosophers", 5, "--strategy", "ordered", "--think", 30000, "--eat", 30000)
        p.until(b"Hypatia")
        p.until(b"fairness")
        p.until("\u03c8".encode())
        p.key(b" ")
        p.until(b"paused")
        p.key(b" ")
        p.until(b"running")
        p.key(b"s")
        p.until(b"waiter")
        p.key(b"\t\tf")
        p.until(b"Zeno frozen")
        p.key(b"k")
        p.until(b"Zeno gone")
        p.key(b"-")
        p.until(b"think 60 ms")
        p.key(b"n")
        p.until(b"7 philosophers")
        p.resize(4, 10)
        p.until(b"too small")
        p.resize(24, 80)
        p.key(b"r")
        p.until(b"thinks")
        p.key(b"q")
        check(p.close() == 0)


@test
def the_terminal_shows_a_deadlock_and_many(d):
    with table(d, name="a") as t:
        p = Terminal(t.address, "--tui", "--philosophers", 5, "--strategy", "naive", "--reach", 20000, rows=40)
        p.until(b"The kernel reports a cycle of 5")
        p.until(b"DEADLOCK")
        check(re.search(rb"Plato holds fork 0, waits for fork 1 of Hypatia", p.output), p.output[-2000:])
        p.key(b"q")
        check(p.close() == 0)
    with table(d, name="b") as t:
        p = Terminal(t.address, "--tui", "--philosophers", 2000, "--strategy", "ordered", "--think", 50000, "--eat", 50000, rows=60, columns=120)
        p.until("\u2580".encode())
        p.until(b"2000 philosophers")
        p.key(b"q")
        check(p.close() == 0)
    with table(d, name="c") as t:
        p = Terminal(t.address, "--tui", "--until-deadlock", "--reach", 20000)
        check(p.close() == 3)


if __name__ == "__main__":
    main()
