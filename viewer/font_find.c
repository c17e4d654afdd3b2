/*
 * Finding a font file by its name in the folders where systems keep them. Folders are walked a few levels deep.
 */
#include "font.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define DEPTH 4

static const char *const folders[] = {
	"/usr/share/fonts", "/usr/local/share/fonts", "/opt/homebrew/share/fonts", "/Library/Fonts", NULL,
};
static const char *const home_folders[] = {".local/share/fonts", ".fonts", "Library/Fonts", NULL};

static bool walk(const char *folder, const char *name, int depth, char *path, size_t size)
{
	DIR *dir = opendir(folder);
	bool found = false;
	struct dirent *e;

	while (dir && !found && (e = readdir(dir))) {
		char full[1024];
		struct stat st;

		if (e->d_name[0] == '.' || snprintf(full, sizeof full, "%s/%s", folder, e->d_name) >= (int)sizeof full)
			continue;
		if (!strcmp(e->d_name, name))
			found = (size_t)snprintf(path, size, "%s", full) < size;
		else if (depth && !stat(full, &st) && S_ISDIR(st.st_mode))
			found = walk(full, name, depth - 1, path, size);
	}
	if (dir)
		closedir(dir);
	return found;
}

static bool find_anywhere(const char *name, char *path, size_t size)
{
	const char *only = getenv("PETRI_FONTS"), *home = getenv("HOME");
	char folder[1024];

	if (only)
		return walk(only, name, DEPTH, path, size);
	for (int i = 0; home && home_folders[i]; i++) {
		snprintf(folder, sizeof folder, "%s/%s", home, home_folders[i]);
		if (walk(folder, name, DEPTH, path, size))
			return true;
	}
	for (int i = 0; folders[i]; i++)
		if (walk(folders[i], name, DEPTH, path, size))
			return true;
	return false;
}

bool font_find(const char *const *names, char *path, size_t size)
{
	for (; *names; names++)
		if (find_anywhere(*names, path, size))
			return true;
	return false;
}
