# Petri: the one entrance. `make help` lists what there is.
#
# A board's image is the kernel, compiled for that board, and one app, an ELF that is the same on every board.
# Rules of the host viewer and of the tests stand beside them (viewer/*.mk, tests/*/*.mk).

MAKEFLAGS += --no-builtin-rules
.SUFFIXES:
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help

BOARD ?= virt
# a folder of demos/, or any folder (with a slash in its name)
DEMO ?= life
# 1: the guest's clock counts its instructions
ICOUNT ?= 0
OPT ?= -O2
# 1: assertions, poison, alignment checks
CHECKED ?= 0
# How many cores take part, 1 to 4. Not said: all four, and one where ICOUNT=1 (docs/viewer.md). What runs under QEMU is told so at
# boot; `make image`, `make app` and `make gdb` build it in, for what nobody tells.
CORES ?=
# 0: an idle core does not take threads from others
STEALING ?= 1
# user: apps run at EL0; kernel: the same at EL1t
APP_MODE ?= user
APP_KERNEL_MODE := $(if $(filter kernel,$(APP_MODE)),1,$(if $(filter user,$(APP_MODE)),0,$(error APP_MODE=$(APP_MODE): choose user or kernel)))
# Other variants go elsewhere: make BUILD=build/variants/checked CHECKED=1
BUILD := build

# May be empty on an Arm host.
CROSS_COMPILE ?= aarch64-linux-gnu-
CC_TARGET := $(CROSS_COMPILE)gcc
export CROSS_COMPILE YES

# zero2w boots the image of the Pi 3 class
BOARDS := virt rpi3 zero2w
IMAGE_BOARD := $(if $(filter zero2w,$(BOARD)),rpi3,$(BOARD))
ifeq ($(filter $(BOARD),$(BOARDS)),)
$(error BOARD=$(BOARD) is not known; choose one of: $(BOARDS))
endif

ifneq ($(words $(ICOUNT)) $(filter 0 1,$(ICOUNT)),1 $(ICOUNT))
$(error petri: ICOUNT=$(ICOUNT): choose 0 or 1)
endif

ifneq ($(words x$(CORES)) $(filter x x1 x2 x3 x4,x$(CORES)),1 x$(CORES))
$(error petri: CORES=$(CORES): choose 1, 2, 3 or 4)
endif
ifneq ($(words $(STEALING)) $(filter 0 1,$(STEALING)),1 $(STEALING))
$(error petri: STEALING=$(STEALING): choose 0 or 1)
endif
BUILT_CORES := $(or $(if $(filter image app gdb,$(MAKECMDGOALS)),$(CORES)),4)

# What make or the shell would take for something else. $(1) the variable, $(2) one of its names.
empty :=
blank := $(empty) $(empty)
NOT_IN_NAMES := $$ \# % ' " ` : ; \ * ? [ ] ( ) { } & | < > = !
check_name = $(foreach c,$(NOT_IN_NAMES),$(if $(findstring $(c),$(2)),$(error petri: $(1)=$(value $(1)): the name of a folder or file \
	may not have a $(c) here; nor a blank, nor any of $(subst $(blank),,$(NOT_IN_NAMES)))))
# Shells leave the tilde of DEMO=~/mine as it is.
at_home = $(patsubst ~,$(HOME),$(patsubst ~/%,$(HOME)/%,$(1)))

# A frame larger than a page must touch each page on its way, or it could jump over the guard page. Guard pages have 4 KiB here.
# (Older clangs cannot do it for this CPU, and are not to complain.)
STACK_CLASH := -fstack-clash-protection $(if $(findstring clang,$(CC_TARGET)),-Qunused-arguments,--param=stack-clash-protection-guard-size=12)
TARGET_FLAGS := -std=gnu17 -march=armv8-a -mtune=cortex-a53 -mgeneral-regs-only -mstrict-align -mno-outline-atomics \
	-ffreestanding -fno-omit-frame-pointer -fno-pic -fno-pie -fno-common -fno-stack-protector -fno-asynchronous-unwind-tables \
	-ffunction-sections -fdata-sections $(STACK_CLASH) $(OPT) -g -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wvla \
	$(if $(CI),-Werror) $(if $(filter 1,$(CHECKED)),-DCHECKED=1) -MMD -MP
API_INCLUDES := -Ios/include -Ios/wire/include -Ios/arch/aarch64/include
KERNEL_INCLUDES := $(API_INCLUDES) -Ios

# What the objects were compiled with: when that changes, all of them are made anew. On the way, the compiler is seen to.
$(BUILD)/target.flags: always
	@.ci/deps target
	@mkdir -p $(@D)
	@echo '$(CC_TARGET) $(TARGET_FLAGS)' | cmp -s - $@ || echo '$(CC_TARGET) $(TARGET_FLAGS)' >$@
# One object knows how many cores take part unless the boot script says otherwise.
$(BUILD)/cores.flags: always
	@mkdir -p $(@D)
	@echo '$(BUILT_CORES)' | cmp -s - $@ || echo '$(BUILT_CORES)' >$@
.PHONY: always

# ---- the library and the apps: the same on every board --------------------------------------------------------------

LIB_SOURCES := $(wildcard os/lib/*.c os/lib/*.S os/wire/*.c)
LIB_OBJECTS := $(LIB_SOURCES:%=$(BUILD)/app/%.o)

$(BUILD)/app/%.c.o: %.c $(BUILD)/target.flags
	@mkdir -p $(@D)
	$(CC_TARGET) $(TARGET_FLAGS) $(API_INCLUDES) -c $< -o $@

$(BUILD)/app/%.S.o: %.S $(BUILD)/target.flags
	@mkdir -p $(@D)
	$(CC_TARGET) $(TARGET_FLAGS) $(API_INCLUDES) -c $< -o $@

$(BUILD)/app/libpetri.a: $(LIB_OBJECTS)
	@rm -f $@
	$(CROSS_COMPILE)ar rcs $@ $^

# $(1) name of the app, $(2) its sources
define app_rules
$(BUILD)/app/$(1).elf: $(2:%=$(BUILD)/app/%.o) $(BUILD)/app/libpetri.a os/lib/app.ld
	$(CC_TARGET) -nostdlib -static -Wl,--gc-sections -Wl,-z,max-page-size=4096 -Wl,--build-id=none -T os/lib/app.ld \
		-o $$@ $(2:%=$(BUILD)/app/%.o) $(BUILD)/app/libpetri.a
endef

$(call check_name,DEMO,$(value DEMO))
override DEMO := $(call at_home,$(DEMO))
DEMO_NAME := $(notdir $(DEMO:%/=%))
DEMO_FOLDERS := $(sort $(patsubst %/,%,$(dir $(wildcard demos/*/*.c))))
ifneq ($(findstring /,$(DEMO)),)
$(if $(wildcard $(DEMO)/.),,$(error petri: DEMO=$(DEMO): there is no such folder))
$(if $(wildcard $(DEMO)/*.c),,$(error petri: DEMO=$(DEMO): there are no C files in it))
DEMO_FOLDERS := $(sort $(filter-out %/$(DEMO_NAME),$(DEMO_FOLDERS)) $(DEMO:%/=%))
endif
DEMOS := $(notdir $(DEMO_FOLDERS))
TARGET_TESTS := $(patsubst tests/target/%.c,%,$(wildcard tests/target/*.c))
APPS := $(DEMOS) bench $(TARGET_TESTS:%=test-%)
ifeq ($(filter $(DEMO_NAME),$(APPS)),)
$(error petri: DEMO=$(DEMO): choose one of: $(DEMOS), or the folder of your own, as in DEMO=./mine)
endif

$(foreach d,$(DEMO_FOLDERS),$(eval $(call app_rules,$(notdir $(d)),$(wildcard $(d)/*.c $(d)/*.S))))
# Life without its controller and reporter: for the bench and the Life tests
LIFE_ENGINE := $(addprefix demos/life/,board.c cell.c channels.c dish.c hold.c neighbours.c reaper.c roam.c rule.c shares.c)
# and the philosophers likewise
PHIL_ENGINE := $(filter-out %/main.c %/controller.c %/commands.c %/reporter.c,$(wildcard demos/philosophers/*.c))
$(eval $(call app_rules,bench,$(wildcard tests/bench/*.c) $(LIFE_ENGINE)))
$(foreach t,$(TARGET_TESTS),$(eval $(call app_rules,test-$(t),\
	tests/target/$(t).c $(wildcard tests/target/common/*.c) $(if $(filter life_%,$(t)),$(LIFE_ENGINE) $(wildcard tests/target/life/*.c)) \
	$(if $(filter phil_%,$(t)),$(PHIL_ENGINE) $(wildcard tests/target/philosophers/*.c)))))

# An image that carries more than the app of its name: which.
APPS_OF_test-domains := test-domains test-domains
APPS_OF_test-domain_ends := test-domain_ends test-domain_ends

# ---- the kernel of a board, and its images --------------------------------------------------------------------------

KERNEL_SOURCES := $(wildcard os/kernel/*.c os/arch/aarch64/*.c os/arch/aarch64/*.S os/drivers/*.c os/wire/*.c) os/lib/format.c os/lib/error.c os/lib/memory.c

# $(1) board
define board_rules
$(1)_OBJECTS := $$(patsubst %,$(BUILD)/$(1)/%.o,$(KERNEL_SOURCES) $$(wildcard boards/$(1)/*.c))

$(BUILD)/$(1)/%.c.o: %.c $(BUILD)/target.flags
	@mkdir -p $$(@D)
	$(CC_TARGET) $(TARGET_FLAGS) $$(OBJECT_FLAGS) $(KERNEL_INCLUDES) -Iboards/$(1) -c $$< -o $$@

$(BUILD)/$(1)/%.S.o: %.S $(BUILD)/target.flags
	@mkdir -p $$(@D)
	$(CC_TARGET) $(TARGET_FLAGS) $(KERNEL_INCLUDES) -Iboards/$(1) -c $$< -o $$@

$(BUILD)/$(1)/kernel.ld: os/arch/aarch64/kernel.ld.in boards/$(1)/board.h $(BUILD)/target.flags
	@mkdir -p $$(@D)
	$(CC_TARGET) -E -P -x c -D__ASSEMBLER__ $(KERNEL_INCLUDES) -Iboards/$(1) $$< -o $$@

$(BUILD)/$(1)/%/apps.inc: always
	@mkdir -p $$(@D)
	@new=$$@.$$$$$$$$; printf 'app "$(BUILD)/app/%s.elf", $(APP_KERNEL_MODE), "%s"\n' $$(foreach a,$$(or $$(APPS_OF_$$*),$$*),$$(a) $$(a)) >$$$$new; \
		if cmp -s $$$$new $$@; then rm $$$$new; else mv $$$$new $$@; fi

$(BUILD)/$(1)/%/app.o: os/arch/aarch64/app.S.in $(BUILD)/$(1)/%/apps.inc $(BUILD)/app/%.elf $(BUILD)/target.flags
	@mkdir -p $$(@D)
	$(CC_TARGET) $(TARGET_FLAGS) -DAPPS='"$(BUILD)/$(1)/$$*/apps.inc"' -I. -x assembler-with-cpp -c $$< -o $$@

$(BUILD)/$(1)/%/kernel8.elf: $$($(1)_OBJECTS) $(BUILD)/$(1)/%/app.o $(BUILD)/$(1)/kernel.ld
	$(CC_TARGET) -nostdlib -static -Wl,--gc-sections -Wl,-z,max-page-size=4096 -Wl,--no-warn-rwx-segments -Wl,--build-id=none \
		-T $(BUILD)/$(1)/kernel.ld -o $$@ $$($(1)_OBJECTS) $(BUILD)/$(1)/$$*/app.o -lgcc

$(BUILD)/$(1)/%/kernel8.img: $(BUILD)/$(1)/%/kernel8.elf
	$(CROSS_COMPILE)objcopy -O binary $$< $$@
endef
$(foreach b,virt rpi3,$(eval $(call board_rules,$(b))))
$(foreach b,virt rpi3,$(eval $(BUILD)/$(b)/os/kernel/system.c.o: $(BUILD)/cores.flags))
$(foreach b,virt rpi3,$(eval $(BUILD)/$(b)/os/kernel/system.c.o: OBJECT_FLAGS := -DCORES=$(BUILT_CORES)))

include os/app.mk

.SECONDARY:

-include $(wildcard viewer/*.mk tests/*/*.mk)
-include $(shell find $(BUILD) -name variants -prune -o -name '*.d' -print 2>/dev/null)

# The first object of the viewer waits until there is something to compile it with.
$(VIEWER_OBJECTS): | viewer-tools
bench test-target test-target-all test-sweep: | run-tools
.PHONY: viewer-tools run-tools
viewer-tools:
	@.ci/deps viewer
run-tools:
	@.ci/deps run python

# ---- what one calls -------------------------------------------------------------------------------------------------

IMAGE := $(or $(APP_IMAGE),$(BUILD)/$(IMAGE_BOARD)/$(DEMO_NAME))/kernel8.img
ELF := $(IMAGE:%.img=%.elf)

# A quiet build on all cores, unless make was told how many; what it makes is run afterwards, with the terminal to itself.
QUIETLY = $(MAKE) -s --no-print-directory $(if $(filter -j% --jobserver%,$(MAKEFLAGS)),,-j$(shell nproc 2>/dev/null || echo 2))
RUN_OPTIONS := $(if $(TIMEOUT),--timeout $(TIMEOUT)) $(if $(CORES),--cores $(CORES)) $(if $(filter 0,$(STEALING)),--no-stealing) $(if $(filter 1,$(ICOUNT)),--icount) $(if $(SEED),--seed $(SEED)) $(if $(QUANTUM),--quantum $(QUANTUM)) $(if $(filter file default undefined,$(origin APP_MODE)),,--mode $(APP_MODE)) $(VIEW)
# One line if this will take a while. $(1) what is made
told = @for f in $(1); do [ -e $$f ] || { echo "petri: building $$f ..." >&2; break; }; done

.PHONY: help run app image all test test-all bench viewer gdb lint format count doctor clean

# With APP its output is all that stdout gets.
run: ## build and watch DEMO (life), or run APP=folder ARGS="..." TIMEOUT=s, on BOARD; CORES=1..4 VIEW="options of petri-view" ICOUNT=1 SEED=n QUANTUM=us
	@.ci/deps run target viewer $(if $(APP),app) >&2
	$(call told,$(IMAGE) $(BUILD)/petri-view)
	+@$(QUIETLY) $(IMAGE) $(BUILD)/petri-view >&2
	@$(BUILD)/petri-view $(if $(APP),--console $(APP_ELFS:%=--elf %)) qemu:$(BOARD):$(IMAGE) $(RUN_OPTIONS) || $(if $(APP),exit,.ci/ended petri-view) $$?

app: QUIETLY += BUILT_CORES=$(BUILT_CORES)
app: ## build the image of APP=folder, a program with a main of your own, for BOARD; APP_SOURCES, CFLAGS, APP_MODE=kernel
	$(if $(APP),,$(error petri: make app wants APP=path/to/folder))
	@.ci/deps target app >&2
	$(call told,$(IMAGE))
	+@$(QUIETLY) $(IMAGE) >&2
	@echo $(IMAGE)

image: $(IMAGE) ## build build/<board>/<demo>/kernel8.img for BOARD and DEMO

all: $(foreach b,virt rpi3,$(foreach a,$(APPS),$(BUILD)/$(b)/$(a)/kernel8.img)) $(BUILD)/petri-view ## build all images and the viewer

test: ## what a change may have broken, on all boards or on BOARD, in a quarter of an hour; ends with "N passed, N failed"
test-all: ## the same on every board, with all seeds and builds: more than twice as long
test test-all:
	@.ci/deps run target app viewer python fuzz models window gdb std lint
	+@python3 tests/all.py $(if $(filter test-all,$@),--all) $(if $(filter file default undefined,$(origin BOARD)),,--board $(BOARD)) -- $(MAKE) $(MAKEOVERRIDES)

gdb: QUIETLY += BUILT_CORES=$(BUILT_CORES)
gdb: export PETRI_BATCH = $(value BATCH)
gdb: ## DEMO (or APP) under QEMU, stopped at its first instruction, in gdb with threads, runq, locks; CORES=1..4 BATCH="commands;..." GDB_PORT=n
	@.ci/deps run target gdb
	$(call told,$(IMAGE))
	+@$(QUIETLY) $(IMAGE)
	@os/gdb --board $(BOARD) --image $(IMAGE) --app $(or $(firstword $(APP_ELFS)),$(BUILD)/app/$(DEMO_NAME).elf) $(if $(CORES),--cores $(CORES)) $(if $(GDB_PORT),--port $(GDB_PORT)) $(if $(BATCH),--batch "$$PETRI_BATCH")

lint: ## who may include what, where addresses and assembly may stand, sizes, layout
	@.ci/deps python lint target
	@python3 tests/lint/lint.py

format: ## lay out all C files as .clang-format says
	@.ci/deps python lint
	@tests/lint/lint.py --format

count: ## lines of code, comment and nothing, per folder
	@tests/lint/count

doctor: ## which tools are there, in which version, and what is missing
	@.ci/deps --doctor

clean: ## remove build/
	rm -rf $(BUILD)

help: ## this list
	@echo 'make TARGET [VARIABLE=value]...      first of all: make run'
	@echo
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 20
