/*
 * The arithmetic of the layout: see ui_layout.h. Numbers are pixels of the 1280x800 design.
 */
#include "ui_layout.h"

#include <math.h>
#include <stdbool.h>

#define MARGIN 16
#define GAP 12
#define COLUMN_GAP 24
#define HEADER 48
#define BUTTONS 36
#define STATUS 36 /* the line at the bottom */
#define TILE 76
#define COLUMN_MIN 300
#define COLUMN_MAX 720
#define BOARD_MIN 220     /* narrower than this beside the column: no column */
#define WIDE_TILES 500    /* from this width on the tiles stand in one row */
#define CONTROLS_WIDE 600 /* buttons that fit under the board; else they take the whole width */

int layout_px(const struct layout *l, double n) { return (int)lround(n * l->scale); }

static int clamp(int v, int low, int high) { return v < low ? low : v > high ? high : v; }

/* Tiles in one row or two by two; returns the height used. */
static int place_tiles(struct layout *l, SDL_Rect column)
{
	int gap = layout_px(l, 8), tile = layout_px(l, TILE);
	int per_row = column.w >= layout_px(l, WIDE_TILES) ? LAYOUT_TILES : LAYOUT_TILES / 2;
	int w = (column.w - (per_row - 1) * gap) / per_row, rows = LAYOUT_TILES / per_row;

	if (rows * tile + (rows - 1) * gap > column.h)
		rows = column.h >= tile ? 1 : 0;
	for (int i = 0; i < rows * per_row; i++) {
		int x = column.x + i % per_row * (w + gap), last = i % per_row == per_row - 1;

		l->tiles[i] = (SDL_Rect){x, column.y + i / per_row * (tile + gap), last ? column.x + column.w - x : w, tile};
	}
	return rows * tile + (rows ? rows - 1 : 0) * gap;
}

/* Gives r the next height pixels of what is left of the column, or nothing at all. */
static void place(struct layout *l, SDL_Rect *r, SDL_Rect *left, int height)
{
	*r = (SDL_Rect){left->x, left->y, left->w, height};
	left->y += height + layout_px(l, GAP);
	left->h -= height + layout_px(l, GAP);
}

static int wanted_height(const struct layout *l, const struct panel_wish *p, int room)
{
	int wanted = layout_px(l, p->wanted), share = (int)(p->share * room);

	return clamp(share, wanted, p->most ? layout_px(l, p->most) : room > wanted ? room : wanted);
}

/* Each at its height while there is room; the last one that fits takes the rest. */
static void place_panels(struct layout *l, SDL_Rect left, const struct layout_wish *wish)
{
	int gap = layout_px(l, GAP), room = left.h;

	for (int i = 0; i < wish->count && left.h >= layout_px(l, wish->panels[i].least); i++) {
		const struct panel_wish *p = &wish->panels[i];
		int height = wanted_height(l, p, room);
		bool last = i + 1 == wish->count || left.h < height + gap + layout_px(l, wish->panels[i + 1].least);

		if (last)
			height = p->most && left.h > layout_px(l, p->most) ? layout_px(l, p->most) : left.h;
		place(l, &l->panels[i], &left, height);
		if (last)
			return;
	}
}

static void place_column(struct layout *l, SDL_Rect column, const struct layout_wish *wish)
{
	int used = place_tiles(l, column);

	if (used)
		used += layout_px(l, GAP);
	place_panels(l, (SDL_Rect){column.x, column.y + used, column.w, column.h - used}, wish);
}

void layout_compute(struct layout *l, int w, int h, double scale, const struct layout_wish *wish)
{
	*l = (struct layout){.w = w, .h = h, .scale = scale};
	int margin = layout_px(l, MARGIN), top = layout_px(l, HEADER) + margin, inner = w - 2 * margin;
	int gap = layout_px(l, COLUMN_GAP), status = h - layout_px(l, STATUS);
	int buttons = status - layout_px(l, BUTTONS), height = buttons - margin - top;

	l->header = (SDL_Rect){0, 0, w, layout_px(l, HEADER)};
	l->status = (SDL_Rect){margin, status, inner, layout_px(l, STATUS)};
	if (height < 1)
		height = 1;
	int column = clamp(inner - gap - (int)(height * wish->aspect), layout_px(l, COLUMN_MIN), layout_px(l, COLUMN_MAX));
	int board = inner - gap - column;

	if (board < layout_px(l, BOARD_MIN)) {
		board = inner;
		column = 0;
	}
	l->main = (SDL_Rect){margin, top, board, height};
	bool wide = board >= layout_px(l, CONTROLS_WIDE) || !column;

	l->controls = (SDL_Rect){margin, buttons, wide ? board : inner, layout_px(l, BUTTONS)};
	if (column)
		place_column(l, (SDL_Rect){w - margin - column, top, column, wide ? status - top : height}, wish);
}
