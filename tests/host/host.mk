# Host tests and fuzzers: `make test-host` and `make test-fuzz`. Everything is built with the address and
# undefined-behaviour sanitizers, and from the very sources that the kernel, the apps and the viewer are made of.

HOST_CC ?= cc
FUZZ_CC ?= clang
PYTHON ?= python3

HOST_BUILD := $(BUILD)/host
FUZZ_BUILD := $(BUILD)/fuzz
HOST_INCLUDES := -Ios/wire/include -Ios/include
HOST_FLAGS := -std=gnu17 -g -O1 -fno-omit-frame-pointer -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wvla \
	$(if $(CI),-Werror) -D_GNU_SOURCE $(HOST_INCLUDES) -MMD -MP
HOST_SANITIZE := -fno-sanitize-recover=all -fsanitize=address,undefined

# ---- what each test needs beside its own file ------------------------------------------------------------------------

HOST_WIRE := $(wildcard os/wire/*.c)
HOST_AGREE := tests/fuzz/agree.c tests/fuzz/slow_wire.c
# parts of the kernel on a machine that is only played
HOST_CORES := $(patsubst %,os/kernel/%.c,runq steal owners ranks sched later section waitq timeout deadlines thread thread_make thread_calls thread_attributes doomed estate) tests/host/machine/kernel.c
HOST_KERNEL := $(HOST_CORES) tests/host/machine/places.c tests/host/machine/machine.c tests/host/machine/uart.c
# and on two whose cores run at the same time, one of them under another sanitizer
HOST_SEVERAL := tests/host/stress.c $(HOST_CORES) tests/host/machine/places.c
HOST_PARALLEL := $(HOST_SEVERAL) tests/host/machine/parallel.c
HOST_INTERLEAVED := $(HOST_SEVERAL) tests/host/machine/interleaved.c
HOST_PATTERN := viewer/life/rle.c viewer/life/rule.c viewer/life/board.c viewer/text.c

test_crc_NEEDS := $(HOST_WIRE) $(HOST_AGREE)
test_frame_NEEDS := $(HOST_WIRE) $(HOST_AGREE)
test_decoder_NEEDS := $(HOST_WIRE) $(HOST_AGREE)
test_band_NEEDS := $(HOST_WIRE)
# heaps and lists are included by their tests
wire_sample_NEEDS := $(HOST_WIRE)
test_sched_NEEDS := $(HOST_KERNEL)
test_waitq_NEEDS := $(HOST_KERNEL)
test_timeout_NEEDS := $(HOST_KERNEL)
test_cores_NEEDS := $(HOST_KERNEL)
test_cores_wait_NEEDS := $(HOST_KERNEL)
test_cores_end_NEEDS := $(HOST_KERNEL)
test_line_NEEDS := $(HOST_KERNEL) os/kernel/line.c
test_records_NEEDS := $(HOST_KERNEL) os/kernel/line.c os/kernel/fault.c
test_page_NEEDS := $(HOST_KERNEL) os/kernel/page.c
test_pattern_NEEDS := $(HOST_PATTERN)
fuzz_decoder_NEEDS := $(HOST_WIRE) $(HOST_AGREE)
fuzz_band_NEEDS := $(HOST_WIRE)
fuzz_rle_NEEDS := $(HOST_PATTERN)

HOST_TESTS := $(basename $(notdir $(wildcard tests/host/test_*.c)))
HOST_STRESS := stress_interleaved stress_parallel
HOST_TESTS_PY := $(wildcard tests/host/test_*.py)
FUZZERS := $(basename $(notdir $(wildcard tests/fuzz/fuzz_*.c)))

$(HOST_BUILD)/obj/%.o: %
	@mkdir -p $(@D)
	$(HOST_CC) $(HOST_FLAGS) $(HOST_SANITIZE) -c $< -o $@

$(FUZZ_BUILD)/obj/%.o: %
	@mkdir -p $(@D)
	$(FUZZ_CC) $(HOST_FLAGS) $(HOST_SANITIZE),fuzzer-no-link -c $< -o $@

# its cores change places wherever a function of the kernel begins or ends
$(HOST_BUILD)/interleaved/%.o: %
	@mkdir -p $(@D)
	$(HOST_CC) $(HOST_FLAGS) $(HOST_SANITIZE) $(if $(filter os/%,$<),-finstrument-functions) -c $< -o $@

$(HOST_BUILD)/parallel/%.o: %
	@mkdir -p $(@D)
	$(HOST_CC) $(HOST_FLAGS) -Wno-tsan -fsanitize=thread -c $< -o $@

# the C library of this machine has a sched_yield of its own, which the sanitizers call
$(patsubst %,$(HOST_BUILD)/obj/%.o,$(HOST_KERNEL) os/kernel/page.c os/kernel/line.c os/kernel/fault.c $(patsubst %,tests/host/test_%.c,sched waitq timeout page line records cores cores_wait cores_end)) \
$(HOST_INTERLEAVED:%=$(HOST_BUILD)/interleaved/%.o) $(HOST_PARALLEL:%=$(HOST_BUILD)/parallel/%.o): \
	HOST_FLAGS += -DCHECKED=1 -Dsched_yield=kernel_sched_yield -Itests/host/machine -Ios

# includes a part of Life, which takes the host's mutexes for Petri's
$(HOST_BUILD)/obj/tests/host/test_roam.c.o: HOST_FLAGS := -Itests/pthreads $(HOST_FLAGS) -pthread

define host_test_rules
$(HOST_BUILD)/$(1): $(patsubst %,$(HOST_BUILD)/obj/%.o,tests/host/$(1).c $($(1)_NEEDS))
	$(HOST_CC) $(HOST_SANITIZE) $$^ -o $$@
endef

define fuzz_rules
$(FUZZ_BUILD)/$(1): $(patsubst %,$(FUZZ_BUILD)/obj/%.o,tests/fuzz/$(1).c $($(1)_NEEDS))
	$(FUZZ_CC) $(HOST_SANITIZE),fuzzer $$^ -o $$@
endef

$(HOST_BUILD)/stress_interleaved: $(HOST_INTERLEAVED:%=$(HOST_BUILD)/interleaved/%.o)
	$(HOST_CC) $(HOST_SANITIZE) $^ -o $@

$(HOST_BUILD)/stress_parallel: $(HOST_PARALLEL:%=$(HOST_BUILD)/parallel/%.o)
	$(HOST_CC) -fsanitize=thread $^ -o $@ -lpthread

$(foreach t,$(HOST_TESTS) wire_sample,$(eval $(call host_test_rules,$(t))))
$(foreach t,$(FUZZERS),$(eval $(call fuzz_rules,$(t))))

# ---- what one calls ---------------------------------------------------------------------------------------------------

# A fixed number of inputs from a fixed seed: the same run every time, a few seconds each. RUNS= and FUZZ_SEED= search further.
FUZZ_SEED ?= 1
fuzz_decoder_RUNS := 60000
fuzz_band_RUNS := 300000
fuzz_rle_RUNS := 100000
fuzz_rle_CORPUS := demos/life/patterns tests/fuzz/rle

.PHONY: test-host test-fuzz host-programs
host-programs: $(HOST_TESTS:%=$(HOST_BUILD)/%) $(HOST_STRESS:%=$(HOST_BUILD)/%) $(HOST_BUILD)/wire_sample $(FUZZERS:%=$(FUZZ_BUILD)/%) ## build what test-host and test-fuzz run

test-host: $(HOST_TESTS:%=$(HOST_BUILD)/%) $(HOST_STRESS:%=$(HOST_BUILD)/%) $(HOST_BUILD)/wire_sample ## tests of codec, lists, heap and patterns on this machine
	@HOST_BUILD=$(HOST_BUILD) tests/host/run host $(HOST_BUILD)/logs $(HOST_TESTS:%=$(HOST_BUILD)/%) $(HOST_STRESS:%=$(HOST_BUILD)/%) $(HOST_TESTS_PY:%='$(PYTHON) %')

test-fuzz: $(FUZZERS:%=$(FUZZ_BUILD)/%) ## a short, reproducible run of the fuzzers (RUNS=n FUZZ_SEED=n search further)
	@tests/host/run fuzz $(FUZZ_BUILD)/logs $(foreach f,$(FUZZERS),'tests/fuzz/run $(FUZZ_BUILD)/$(f) $(or $(RUNS),$($(f)_RUNS)) $(FUZZ_SEED) $(wildcard $($(f)_CORPUS))')
