# Petri: the one entrance. `make help` lists what there is.
#
# A board's image is the kernel, compiled for that board, and one app, an ELF that is the same on every board.

MAKEFLAGS += --no-builtin-rules
.SUFFIXES:
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help

BOARD ?= virt
DEMO ?= life
OPT ?= -O2
# 1: assertions, poison, lock ranks
CHECKED ?= 0

CROSS_COMPILE ?= aarch64-linux-gnu-
CC_TARGET := $(CROSS_COMPILE)gcc
BUILD := build

# zero2w boots the image of the Pi 3 class
IMAGE_BOARD := $(if $(filter zero2w,$(BOARD)),rpi3,$(BOARD))
BOARDS := virt rpi3 zero2w
ifeq ($(filter $(BOARD),$(BOARDS)),)
$(error BOARD=$(BOARD) is not known; choose one of: $(BOARDS))
endif

TARGET_FLAGS := -std=gnu17 -march=armv8-a -mtune=cortex-a53 -mgeneral-regs-only -mstrict-align -mno-outline-atomics \
	-ffreestanding -fno-omit-frame-pointer -fno-pic -fno-pie -fno-common -fno-stack-protector -fno-asynchronous-unwind-tables \
	-ffunction-sections -fdata-sections $(OPT) -g -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wvla \
	$(if $(CI),-Werror) $(if $(filter 1,$(CHECKED)),-DCHECKED=1) -MMD -MP
API_INCLUDES := -Ios/include -Ios/wire/include -Ios/arch/aarch64/include
KERNEL_INCLUDES := $(API_INCLUDES) -Ios

# ---- the library and the apps: the same on every board --------------------------------------------------------------

LIB_SOURCES := $(wildcard os/lib/*.c os/lib/*.S os/wire/*.c)
LIB_OBJECTS := $(LIB_SOURCES:%=$(BUILD)/app/%.o)

$(BUILD)/app/%.c.o: %.c
	@mkdir -p $(@D)
	$(CC_TARGET) $(TARGET_FLAGS) $(API_INCLUDES) -c $< -o $@

$(BUILD)/app/%.S.o: %.S
	@mkdir -p $(@D)
	$(CC_TARGET) $(TARGET_FLAGS) $(API_INCLUDES) -c $< -o $@

$(BUILD)/app/libpetri.a: $(LIB_OBJECTS)
	@rm -f $@
	$(CROSS_COMPILE)ar rcs $@ $^

# $(1) name of the app, $(2) its sources
define app_rules
$(BUILD)/app/$(1).elf: $(2:%=$(BUILD)/app/%.o) $(BUILD)/app/libpetri.a os/lib/app.ld
	$(CC_TARGET) -nostdlib -static -no-pie -Wl,--gc-sections -Wl,-z,max-page-size=4096 -Wl,--build-id=none -T os/lib/app.ld \
		-o $$@ $(2:%=$(BUILD)/app/%.o) $(BUILD)/app/libpetri.a
endef

APPS := life $(patsubst tests/target/%.c,test-%,$(wildcard tests/target/*.c)) bench
$(eval $(call app_rules,life,$(wildcard demos/life/*.c)))
# Life without its controller and reporter: for the bench and the Life tests
LIFE_ENGINE := $(addprefix demos/life/,board.c cell.c dish.c reaper.c rule.c)
$(eval $(call app_rules,bench,$(wildcard tests/bench/*.c) $(LIFE_ENGINE)))
$(foreach t,$(wildcard tests/target/*.c),$(eval $(call app_rules,$(patsubst tests/target/%.c,test-%,$(t)),\
	$(t) $(wildcard tests/target/common/*.c) $(if $(filter tests/target/life_%,$(t)),$(LIFE_ENGINE)))))

# ---- the kernel of a board, and its images --------------------------------------------------------------------------

KERNEL_SOURCES := $(wildcard os/kernel/*.c os/arch/aarch64/*.c os/arch/aarch64/*.S os/drivers/*.c os/wire/*.c) os/lib/format.c os/lib/error.c os/lib/memory.c

# $(1) board
define board_rules
$(1)_OBJECTS := $$(patsubst %,$(BUILD)/$(1)/%.o,$(KERNEL_SOURCES) $$(wildcard boards/$(1)/*.c))

$(BUILD)/$(1)/%.c.o: %.c
	@mkdir -p $$(@D)
	$(CC_TARGET) $(TARGET_FLAGS) $(KERNEL_INCLUDES) -Iboards/$(1) -c $$< -o $$@

$(BUILD)/$(1)/%.S.o: %.S
	@mkdir -p $$(@D)
	$(CC_TARGET) $(TARGET_FLAGS) $(KERNEL_INCLUDES) -Iboards/$(1) -c $$< -o $$@

$(BUILD)/$(1)/kernel.ld: os/arch/aarch64/kernel.ld.in boards/$(1)/board.h
	@mkdir -p $$(@D)
	$(CC_TARGET) -E -P -x c -D__ASSEMBLER__ $(KERNEL_INCLUDES) -Iboards/$(1) $$< -o $$@

$(BUILD)/$(1)/%/app.o: os/arch/aarch64/app.S.in $(BUILD)/app/%.elf
	@mkdir -p $$(@D)
	$(CC_TARGET) $(TARGET_FLAGS) -DAPP_ELF='"$(BUILD)/app/$$*.elf"' -DAPP_NAME='"$$*"' -x assembler-with-cpp -c $$< -o $$@

$(BUILD)/$(1)/%/kernel8.elf: $$($(1)_OBJECTS) $(BUILD)/$(1)/%/app.o $(BUILD)/$(1)/kernel.ld
	$(CC_TARGET) -nostdlib -static -no-pie -Wl,--gc-sections -Wl,-z,max-page-size=4096 -Wl,--no-warn-rwx-segments -Wl,--build-id=none \
		-T $(BUILD)/$(1)/kernel.ld -o $$@ $$($(1)_OBJECTS) $(BUILD)/$(1)/$$*/app.o -lgcc

$(BUILD)/$(1)/%/kernel8.img: $(BUILD)/$(1)/%/kernel8.elf
	$(CROSS_COMPILE)objcopy -O binary $$< $$@
endef
$(foreach b,virt rpi3,$(eval $(call board_rules,$(b))))

.SECONDARY:

-include $(wildcard viewer/*.mk tests/*/*.mk)
-include $(shell find $(BUILD) -name '*.d' 2>/dev/null)

# ---- what one calls -------------------------------------------------------------------------------------------------

IMAGE := $(BUILD)/$(IMAGE_BOARD)/$(DEMO)/kernel8.img

.PHONY: help image clean
image: $(IMAGE) ## build the image for BOARD and DEMO

clean: ## remove build/
	rm -rf $(BUILD)

help: ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 16
