# Instructions per operation, counted by QEMU: see tests/bench/run.py. ACCOUNT: which instructions these are, see tests/bench/account.py.

ACCOUNT ?=
# pthreads: Life's engine on the host's own threads, beside Petri's (compare.py)
COMPARE ?=
$(if $(filter-out pthreads,$(COMPARE)),$(error petri: COMPARE=$(COMPARE): choose pthreads))
KEYS ?=
# 1: with boards of up to 1024 x 1024
SCALE ?= 0
# where the figures of all runs come together
BENCH_JSON ?= $(BUILD)/bench.json
BENCH_CORES := $(if $(filter file default undefined,$(origin CORES)),1,$(CORES))

.PHONY: bench bench-all bench-scaling costs
PTHREADS := $(wildcard tests/pthreads/*.c) $(LIFE_ENGINE) os/lib/channel.c os/lib/format.c
# (channel.c leaves a section by break before it sets what is then not used: gcc sees that in our section only.)
PTHREADS_FLAGS := -std=gnu17 -O2 -g -Wall -Wextra -Wno-maybe-uninitialized -pthread -Itests/pthreads -Ios/include -Ios/wire/include -Itests/host/machine
$(BUILD)/pthreads/life: $(PTHREADS) $(wildcard tests/pthreads/petri/*.h demos/life/*.h os/include/petri/*.h)
	@mkdir -p $(@D)
	$(CC) $(PTHREADS_FLAGS) $(PTHREADS) -o $@

bench: $(BUILD)/virt/bench/kernel8.img $(if $(COMPARE),$(BUILD)/pthreads/life) ## count instructions per operation, beside the goals; writes build/bench.json; KEYS="..." SCALE=1 CORES=4 ACCOUNT="KEY... --path" COMPARE=pthreads
	$(if $(COMPARE),@tests/bench/compare.py --engine $(BUILD)/pthreads/life --image $< $(COMPARE_SIZES), \
	$(if $(ACCOUNT),@tests/bench/account.py --cores $(BENCH_CORES) --image $< --app $(BUILD)/app/bench.elf $(ACCOUNT), \
	@tests/bench/run.py --cores $(BENCH_CORES) --image $< --json $(BENCH_JSON) $(if $(filter 1,$(CHECKED)),--checked) $(if $(filter 1,$(SCALE)),--large) $(KEYS)))

bench-all: ## the bench on one core and on four, unchecked and checked
	$(QUIETLY) bench CORES=1 SCALE=1 BENCH_JSON=$(BENCH_JSON)
	$(QUIETLY) bench CORES=4 BENCH_JSON=$(BENCH_JSON)
	$(QUIETLY) bench CORES=1 CHECKED=1 BUILD=$(BUILD)/variants/bench-checked BENCH_JSON=$(BENCH_JSON)
	$(QUIETLY) bench CORES=4 CHECKED=1 BUILD=$(BUILD)/variants/bench-checked BENCH_JSON=$(BENCH_JSON)

bench-scaling: $(BUILD)/virt/bench/kernel8.img ## Life on one core and on four, 1,024 to 1,048,576 threads, counted and in time; MODE=kernel SIZES="..."
	@tests/bench/scaling.py --image $< --mode $(or $(MODE),user) --output $(BUILD)/scaling.md $(SIZES)

# all, figures, scaling, accounts
COSTS ?= all
costs: $(BUILD)/virt/bench/kernel8.img ## measure everything, and write the tables of docs/costs.md; COSTS=figures|scaling|accounts: only these
	$(if $(filter all figures,$(COSTS)),$(QUIETLY) bench-all BENCH_JSON=$(BENCH_JSON))
	$(if $(filter all scaling,$(COSTS)),$(QUIETLY) bench-scaling)
	@tests/bench/costs.py --image $< --app $(BUILD)/app/bench.elf --json $(BENCH_JSON) --scaling $(BUILD)/scaling.md --what $(COSTS)
