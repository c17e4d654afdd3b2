# Programs of one's own, with the C library: make app APP=path/to/folder, make run APP=path/to/folder ARGS="..." (docs/apps.md).
#
# Each folder becomes an ELF below build/apps, in a place named after the whole path, so two folders of one name stay apart. An image carries
# one ELF or several (APP="a b", APP="a a").

LIBC_PREFIX ?= /usr/lib/picolibc/aarch64-linux-gnu
LIBC_ARCHIVES := $(LIBC_PREFIX)/lib/release/libc.a $(LIBC_PREFIX)/lib/release/libm.a

# Our headers come first: they supply what the C library lacks. The compiler thinks that it compiles for Linux.
HOSTED_FLAGS = -std=gnu17 -march=armv8-a -mtune=cortex-a53 -mno-outline-atomics \
	-fno-omit-frame-pointer -fno-pic -fno-pie -ftls-model=local-exec -fno-stack-protector -fno-asynchronous-unwind-tables \
	-ffunction-sections -fdata-sections $(STACK_CLASH) $(OPT) -g -Wall -MD -MP \
	-Ulinux -U__linux -U__linux__ -U__gnu_linux__ -D__petri__=1 \
	-nostdinc -isystem os/include/std -isystem $(LIBC_PREFIX)/include -isystem $(shell $(CC_TARGET) -print-file-name=include) \
	-isystem os/include -isystem os/wire/include -isystem os/arch/aarch64/include

# ---- what all of them are linked with ---------------------------------------------------------------------------------

HOSTED_SOURCES := $(wildcard os/lib/libc/*.c os/lib/std/*.c)
HOSTED_OBJECTS := $(HOSTED_SOURCES:%=$(BUILD)/hosted/%.o) $(filter-out %/begin.c.o,$(LIB_OBJECTS))

$(BUILD)/hosted.flags: always
	@.ci/deps target app
	@mkdir -p $(@D)
	@echo '$(CC_TARGET) $(HOSTED_FLAGS)' | cmp -s - $@ || echo '$(CC_TARGET) $(HOSTED_FLAGS)' >$@

$(BUILD)/hosted/%.c.o: %.c $(BUILD)/hosted.flags
	@mkdir -p $(@D)
	$(CC_TARGET) $(HOSTED_FLAGS) -Wextra -Wshadow -Wstrict-prototypes $(if $(CI),-Werror) -iquote os/lib -c $< -o $@

# A program may have a heap_alloc or a mutex_lock of its own. So the native names are changed within the library and given to those
# only who use and do not have them (PROVIDE); and the standard's are weak: a program's own malloc is taken.
$(BUILD)/hosted/petri.o: $(HOSTED_OBJECTS) os/app.mk
	$(CROSS_COMPILE)ld -r -o $@.all $(HOSTED_OBJECTS)
	$(CROSS_COMPILE)nm -g --defined-only $(filter-out $(BUILD)/hosted/%,$(HOSTED_OBJECTS)) | awk 'NF == 3 && $$3 !~ /^(_start|mem.*|str.*)$$/ { print $$3 }' >$@.names
	$(CROSS_COMPILE)nm -g --defined-only $(filter $(BUILD)/hosted/%,$(HOSTED_OBJECTS)) | awk '$$3 ~ /^(std|libc)_/ { print $$3 }' >>$@.names
	awk '{ print $$1, "__petri_" $$1 }' $@.names >$@.renamed
	awk '{ print "PROVIDE(" $$1 " = __petri_" $$1 ");" }' $@.names >$(@:.o=.ld)
	$(CROSS_COMPILE)objcopy --redefine-syms=$@.renamed $@.all $@
	$(CROSS_COMPILE)nm -g --defined-only $@ | awk '{ print $$3 }' >$@.defined
	$(CROSS_COMPILE)objcopy --weaken-symbols=$@.defined $@

# ---- the programs -------------------------------------------------------------------------------------------------------

ifneq ($(origin APP),undefined)
ifeq ($(strip $(value APP)),)
$(error petri: APP is empty: it wants a folder, as in APP=path/to/folder)
endif
ifeq ($(CHECKED),1)
$(error petri: CHECKED=1 forbids misaligned accesses, and the C library of the distribution makes them: APP needs a build without)
endif
$(call check_name,APP,$(value APP))
override APP := $(call at_home,$(APP))
APP_FOLDERS := $(foreach f,$(APP),$(or $(patsubst %/,%,$(f)),/))

# $(1) folder
check_folder = $(if $(wildcard $(1)/.),,$(if $(wildcard $(1)),$(error petri: APP=$(APP): $(1) is a file; give the folder in which it lies),\
	$(error petri: APP=$(APP): there is no folder $(1)$(if $(word 2,$(APP)), (a blank parts two folders)))))\
	$(if $(filter 1,$(words $(realpath $(1)))),$(call check_name,APP,$(realpath $(1))),\
	$(error petri: APP=$(APP): the path of $(1) cannot be told, or there is a blank in it))
$(foreach f,$(APP_FOLDERS),$(call check_folder,$(f)))

CXX_FILES = $(wildcard $(addprefix $(1)/*.,cc cpp cxx C))
# $(1) folder. Its sources, from there
app_sources = $(or $(foreach s,$(APP_SOURCES),$(or $(patsubst $(1)/%,%,$(wildcard $(1)/$(s))),$(error petri: APP_SOURCES: there is no $(1)/$(s)))),\
	$(patsubst $(1)/%,%,$(wildcard $(1)/*.c $(1)/*.S)),\
	$(if $(CXX_FILES),$(error petri: APP=$(APP): there are C++ files in $(1) and none of C: Petri has no C++)),\
	$(error petri: APP=$(APP): there are no C files in $(1); APP_SOURCES="src/*.c ..." chooses some below it))
app_name = $(notdir $(realpath $(1)))
app_place = $(BUILD)/apps/$(call app_name,$(1))-$(firstword $(shell echo '$(realpath $(1))' | md5sum))
app_elf = $(call app_place,$(1))/$(call app_name,$(1)).elf

# $(1) folder, $(2) its place below build/apps, $(3) its sources
define own_app_rules
$(2)/flags: always
	@mkdir -p $$(@D)
	@printf '%s\n' "$$$$PETRI_APP_FLAGS" '$(3)' | cmp -s - $$@ || printf '%s\n' "$$$$PETRI_APP_FLAGS" '$(3)' >$$@

$(2)/%.o: $(1)/% $(2)/flags $(BUILD)/hosted.flags
	@mkdir -p $$(@D)
	$(CC_TARGET) $(HOSTED_FLAGS) -iquote $(1) $$(CFLAGS) -c $$< -o $$@

$(2)/$(call app_name,$(1)).elf: $(3:%=$(2)/%.o) $(BUILD)/hosted/petri.o os/lib/app.ld $(2)/flags
	@$(CROSS_COMPILE)nm $(3:%=$(2)/%.o) | grep -q ' [TW] main$$$$' || \
		{ echo 'petri: APP=$(1): none of its C files has a main: $(3)' >&2; exit 1; }
	$(CC_TARGET) -nostdlib -static -Wl,--gc-sections -Wl,-z,max-page-size=4096 -Wl,--build-id=none -Wl,--wrap=vfprintf -T os/lib/app.ld \
		-o $$@ $(3:%=$(2)/%.o) $(BUILD)/hosted/petri.o $(BUILD)/hosted/petri.ld -Wl,--start-group $(LIBC_ARCHIVES) -lgcc -Wl,--end-group
endef
export PETRI_APP_FLAGS := $(CFLAGS)
$(foreach f,$(APP_FOLDERS),$(foreach s,$(call app_sources,$(f)),$(if $(wildcard $(f)/$(s)),$(call check_name,APP_SOURCES,$(s)),\
	$(error petri: APP=$(APP): in the name of a file near $(f)/$(s) is a blank))))
$(foreach f,$(sort $(APP_FOLDERS)),$(eval $(call own_app_rules,$(f),$(call app_place,$(f)),$(strip $(call app_sources,$(f))))))

# ---- their image: in place of the rules for one demo ----------------------------------------------------------------------

APP_ELFS := $(foreach f,$(APP_FOLDERS),$(call app_elf,$(f)))
APP_FIRST := $(firstword $(APP_FOLDERS))
IMAGE_NAME := $(subst $(blank),+,$(foreach f,$(APP_FOLDERS),$(call app_name,$(f))))
APP_IMAGE := $(BUILD)/$(IMAGE_BOARD)/$(IMAGE_NAME)

# As they were typed: make is not to expand them.
export PETRI_ARGS := $(value ARGS)
$(APP_IMAGE)/words: always
	@mkdir -p $(@D)
	@TEXT="$$PETRI_ARGS" os/words >$@.new
	@if cmp -s $@.new $@; then rm $@.new; else mv $@.new $@; fi

$(APP_IMAGE)/apps.inc: always
	@mkdir -p $(@D)
	@printf 'app "%s", $(APP_KERNEL_MODE), "%s", "$(APP_IMAGE)/words"\n' $(foreach f,$(APP_FOLDERS),$(call app_elf,$(f)) $(call app_name,$(f))) >$@.new
	@if cmp -s $@.new $@; then rm $@.new; else mv $@.new $@; fi

$(APP_IMAGE)/app.o: os/arch/aarch64/app.S.in $(APP_IMAGE)/apps.inc $(APP_IMAGE)/words $(APP_ELFS) $(BUILD)/target.flags
	$(CC_TARGET) $(TARGET_FLAGS) -DAPPS='"$(APP_IMAGE)/apps.inc"' -I. -x assembler-with-cpp -c $< -o $@
endif
