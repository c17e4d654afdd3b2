# petri-view, the host viewer: `make viewer` builds build/petri-view, `make test-viewer` tries it.

HOST_CC ?= cc
VIEWER_PACKAGES := sdl2 SDL2_ttf libpng
VIEWER_SOURCES := $(wildcard viewer/*.c viewer/*/*.c) $(wildcard os/wire/*.c)
VIEWER_OBJECTS := $(VIEWER_SOURCES:%=$(BUILD)/host/%.o)
# The window comes with its files; without them the other two faces still build.
VIEWER_WINDOW := $(if $(wildcard viewer/window.c),-DWITH_WINDOW)
VIEWER_FLAGS = -std=gnu17 -D_GNU_SOURCE -O2 -g -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wvla $(if $(CI),-Werror) \
	-MMD -MP -iquote viewer -Ios/wire/include $(VIEWER_WINDOW) $(shell pkg-config --cflags $(VIEWER_PACKAGES))

$(BUILD)/host/%.c.o: %.c
	@mkdir -p $(@D)
	$(HOST_CC) $(VIEWER_FLAGS) -c $< -o $@

$(BUILD)/petri-view: $(VIEWER_OBJECTS)
	$(HOST_CC) -o $@ $(VIEWER_OBJECTS) $(shell pkg-config --libs $(VIEWER_PACKAGES)) -lm

.PHONY: viewer test-viewer
viewer: $(BUILD)/petri-view ## build the host viewer, build/petri-view

test-viewer: $(BUILD)/petri-view ## try the viewer against a target made of Python
	@one=0; python3 tests/viewer_test.py $(BUILD)/petri-view || one=1; python3 tests/phil_viewer_test.py $(BUILD)/petri-view || one=1; exit $$one
