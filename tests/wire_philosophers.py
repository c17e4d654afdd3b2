"""The philosophers' frames and the deadlock reports of docs/wire.md (sections 2 and 3a), as tests/wire_reader.py reads them. Written from
that page alone, like the reader.

What the frames say of each other is checked: the states that a sample counts are those of its bands, who eats has both forks, no fork is in two
hands, and each member of a cycle waits for the lock that the next one holds.
"""
import struct

STRATEGIES = ["naive", "ordered", "waiter", "trylock", "chandy-misra"]
RUN_STATES = ["paused", "running", "over"]
DISTRIBUTIONS = ["fixed", "uniform", "exponential"]
STATES = ["thinking", "hungry", "eating", "ended"]
REACTIONS = ["report", "panic", "refuse"]
LEFT, RIGHT, WAITS_LEFT, WAITS_RIGHT, FROZEN = 8, 16, 32, 64, 128

CONFIG = ("<IIBBBBIIIQQQII", "epoch philosophers strategy state distribution zero think_us eat_us reach_us seed goal lock0 lock_step limit_ms")
BAND = ("<IQQHHBBH", "epoch sample base first count coding flags zero")
SAMPLE = ("<IQQHBBQIIIIQQQIIIIII", "epoch sample ns bands flags zero meals thinking hungry eating forks wait_mean wait_longest wait_now "
          "wait_who jain violations fewest most zero2")
WAITS = ("<I24IQQ", "epoch " + " ".join(f"b{i}" for i in range(24)) + " median p99")
DEADLOCK = ("<IIIHBBQ", "report members first here reaction zero ns")
MEMBER = ("<QQQQ4QB", "thread holds waits taken at0 at1 at2 at3 length")


class Table:
    """What PHIL_CONFIG began: one epoch's philosophers, band by band."""

    def __init__(self, config):
        self.config = config
        self.epoch, self.count = config["epoch"], config["philosophers"]
        self.looks = bytearray(self.count)
        self.bands = {}  # first philosopher: (how many, number of the sample it was last sent with)
        self.since_shown = []
        self.names = {}
        self.sample = None  # the fields of the last one shown
        self.waits = None

    def band(self, f, data, decode, damage):
        """Takes one band in. False if it is a delta that cannot be applied."""
        first, count, key = f["first"], f["count"], f["flags"] & 1
        if not 1 <= count <= 512 or first + count > self.count:
            raise damage(f"a band of philosophers {first}..{first + count - 1} of {self.count}")
        if any(first < o + n and o < first + count and (o, n) != (first, count) for o, (n, _) in self.bands.items()):
            raise damage(f"a band of {count} at {first} across another one")
        content = decode(f["coding"], data, count)
        if not key and self.bands.get(first, (0, None))[1] != f["base"]:
            return False
        if not key and f["coding"] != 0:
            content = bytes(a ^ b for a, b in zip(content, self.looks[first:first + count]))
        if any(look & 7 > 3 for look in content):
            raise damage("a state that there is not")
        self.looks[first:first + count] = content
        self.bands[first] = (count, f["sample"])
        self.since_shown.append((f["sample"], key))
        return True

    def complete(self):
        return sum(n for n, _ in self.bands.values()) == self.count

    def contradictions(self, f):
        """What is wrong with a sample, or with the picture it completes."""
        states = [sum(look & 7 == s for look in self.looks) for s in range(4)]
        for state, name in enumerate(STATES[:3]):
            if states[state] != f[name]:
                yield f"{f[name]} are {name}, but {states[state]} look so"
        hands = [0] * self.count
        for i, look in enumerate(self.looks):
            if look & 7 == 2 and look & (LEFT | RIGHT) != LEFT | RIGHT:
                yield f"philosopher {i} eats without both forks"
            if look & 7 != 1 and look & (WAITS_LEFT | WAITS_RIGHT):
                yield f"philosopher {i} is {STATES[look & 7]} and waits for a fork"
            hands[i] += bool(look & LEFT)
            hands[(i + 1) % self.count] += bool(look & RIGHT)
        if max(hands) > 1:
            yield f"fork {hands.index(max(hands))} is in two hands"
        if sum(hands) != f["forks"]:
            yield f"{f['forks']} forks are in hands, but {sum(hands)} look so"
        if f["wait_who"] >= self.count or f["fewest"] > f["most"] or f["jain"] > 1000000:
            yield "numbers that cannot be"
        goal = self.config["goal"]
        if goal and (f["meals"] > goal or (f["flags"] & 2 and f["meals"] != goal)):
            yield f"{f['meals']} meals, the goal is {goal}"
        before = self.sample
        if before and (f["sample"] <= before["sample"] or f["ns"] < before["ns"] or f["meals"] < before["meals"]):
            yield "a sample that goes back"


class Philosophers:
    """Mixed into the reader: a method for each type, which takes its payload and returns its line."""

    table = None
    cycle = None  # (number of the report, members that are still to come, those that have come)

    def phil_config(self, payload):
        f = self.fields(payload, *CONFIG)
        if not 2 <= f["philosophers"] <= 10000 or f["strategy"] > 4 or f["state"] > 2 or f["distribution"] > 2:
            raise self.damage(f"a PHIL_CONFIG of {f}")
        fixed = ("philosophers", "strategy", "seed", "goal", "lock0", "lock_step")
        if self.table is None or self.table.epoch != f["epoch"]:
            self.table = Table(f)
        elif any(self.table.config[k] != f[k] for k in fixed):
            raise self.damage("a PHIL_CONFIG of the same epoch with other philosophers, forks or goal")
        else:
            self.table.config = f
        f = dict(f, strategy=STRATEGIES[f["strategy"]], state=RUN_STATES[f["state"]], distribution=DISTRIBUTIONS[f["distribution"]],
                 lock0=hex(f["lock0"]))
        return self.line({k: v for k, v in f.items() if k != "zero"})

    def phil_band(self, payload):
        f = self.fields(payload, *BAND)
        data = payload[28:]
        text = self.line({k: v for k, v in f.items() if k != "zero"}) + f" bytes={len(data)}"
        if self.table is None or f["epoch"] != self.table.epoch:
            return text + " ignored: another epoch"
        if self.table.band(f, data, self.decode_band, self.damage):
            return text
        if not self.joined_late:
            self.problem("a delta whose base is not what was last sent")
        return text + " waits for a key"

    def phil_sample(self, payload):
        f = self.fields(payload, *SAMPLE)
        text = self.line({k: v for k, v in f.items() if k not in ("zero", "zero2")})
        table, key = self.table, f["flags"] & 1
        if table is None or f["epoch"] != table.epoch:
            return text + " ignored: another epoch"
        bands, table.since_shown = table.since_shown, []
        if not table.complete() or self.joined_late and not key:
            if not self.joined_late:
                self.problem("a sample before all of its bands were sent")
            return text + " not complete"
        self.joined_late = False
        if f["bands"] != sum(sample == f["sample"] for sample, _ in bands) or f["bands"] != len(bands):
            self.problem(f"{f['bands']} bands were sent for sample {f['sample']}, {len(bands)} came")
        if key and not (len(bands) == len(table.bands) and all(k for _, k in bands)):
            self.problem("a key sample that is not all keys")
        for words in table.contradictions(f):
            self.problem(words)
        table.sample = f
        return text

    def phil_waits(self, payload):
        f = self.fields(payload, *WAITS)
        buckets = [f[f"b{i}"] for i in range(24)]
        text = f"epoch={f['epoch']} median={f['median']} p99={f['p99']} meals={' '.join(map(str, buckets))}"
        if self.table is None or f["epoch"] != self.table.epoch:
            return text + " ignored: another epoch"
        if self.table.waits and any(a < b for a, b in zip(buckets, self.table.waits)):
            self.problem("a histogram from which something has disappeared")
        self.table.waits = buckets
        for percent, upper in ((50, f["median"]), (99, f["p99"])):
            wanted = -(-sum(buckets) * percent // 100)
            reached = next((i for i in range(24) if sum(buckets[:i + 1]) >= wanted), 0)
            if upper != (1000 << reached if wanted else 0):
                self.problem(f"the {percent}th percentile is told to be below {upper} ns, and lies in bucket {reached}")
        return text

    def phil_names(self, payload):
        f = self.fields(payload, "<IHH", "epoch first count")
        names, at = [], 8
        for _ in range(f["count"]):
            if at >= len(payload) or at + 1 + payload[at] > len(payload):
                raise self.damage("a PHIL_NAMES whose names are cut off")
            names.append(payload[at + 1:at + 1 + payload[at]].decode("utf-8", "replace"))
            at += 1 + payload[at]
        if self.table is not None and f["epoch"] == self.table.epoch:
            self.table.names.update({f["first"] + i: name for i, name in enumerate(names)})
            if len(set(self.table.names.values())) != len(self.table.names):
                self.problem("two philosophers of one name")
        return self.line(f) + " " + ", ".join(names)

    def deadlock(self, payload):
        f = self.fields(payload, *DEADLOCK)
        if f["reaction"] > 2:
            raise self.damage(f"a DEADLOCK with reaction {f['reaction']}")
        if self.cycle is None or self.cycle[0] != f["report"]:
            if f["first"] != 0:
                self.problem("a report of a deadlock that does not begin with its first member")
            self.cycle = (f["report"], [])
        members, at = self.cycle[1], 24
        if f["first"] != len(members):
            self.problem(f"member {f['first']} of a cycle comes where {len(members)} was expected")
        for _ in range(f["here"]):
            m = self.fields(payload[at:], *MEMBER)
            at += 65
            if at + m["length"] > len(payload):
                raise self.damage("a DEADLOCK whose members are cut off")
            m["name"] = payload[at:at + m["length"]].decode("utf-8", "replace")
            at += m["length"]
            members.append(m)
        if len(members) == f["members"]:
            self.closed_cycle(members)
        names = ", ".join(m["name"] for m in members[f["first"]:])
        return self.line({k: v for k, v in dict(f, reaction=REACTIONS[f["reaction"]]).items() if k != "zero"}) + " " + names

    def closed_cycle(self, members):
        if len({m["thread"] for m in members}) != len(members):
            self.problem("a thread that is twice in a cycle")
        for i, m in enumerate(members):
            after = members[(i + 1) % len(members)]
            if m["waits"] != after["holds"]:
                self.problem(f"{m['name']} waits for {m['waits']:#x}, but {after['name']} holds {after['holds']:#x}")
        if self.table is None or self.table.config["lock_step"] == 0:
            return
        for m in members:
            fork, rest = divmod(m["holds"] - self.table.config["lock0"], self.table.config["lock_step"])
            if not rest and 0 <= fork < self.table.count:
                after = (m["waits"] - self.table.config["lock0"]) // self.table.config["lock_step"]
                holder = next((o["name"] for o in members if o["holds"] == m["waits"]), "nobody")
                self.tell(f"- {m['name']} holds fork {fork} waits for fork {after} held by {holder}")
