/* Which version runs, and its command line; the pointers and names are those of docs/packages.md. */
#include "host.h"

#include <shlobj.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NAME_MAX_CHARS 64
#define FLAGS_MAX_BYTES 4096
/* A trial of which nobody said how long it may take; and no longer than this in any case. */
#define TRIAL_SECONDS_ELSE 5400
#define TRIAL_SECONDS_MAX 9999

BOOL join_path(wchar_t *into, const wchar_t *folder, const wchar_t *name) {
  return swprintf(into, PATH_MAX_CHARS, L"%ls\\%ls", folder, name) > 0;
}

BOOL program_root(wchar_t *root) {
  DWORD length = GetModuleFileNameW(NULL, root, PATH_MAX_CHARS);
  if (length == 0 || length == PATH_MAX_CHARS) return FALSE;
  wchar_t *slash = wcsrchr(root, L'\\');
  if (slash == NULL) return FALSE;
  *slash = 0;
  return TRUE;
}

BOOL state_folder(wchar_t *folder) {
  wchar_t data[MAX_PATH];
  if (SHGetFolderPathW(NULL, CSIDL_COMMON_APPDATA, NULL, SHGFP_TYPE_CURRENT, data) != S_OK) return FALSE;
  /* The agent looks there by its environment: both must mean the same folder. */
  SetEnvironmentVariableW(L"ProgramData", data);
  return join_path(folder, data, L"VongGac\\Agent");
}

/* The whole of a small file; what is longer is cut. */
static BOOL read_file(const wchar_t *file, char *text, DWORD size) {
  HANDLE handle = CreateFileW(file, GENERIC_READ, FILE_SHARE_READ | FILE_SHARE_DELETE, NULL, OPEN_EXISTING, 0, NULL);
  if (handle == INVALID_HANDLE_VALUE) return FALSE;
  DWORD count = 0;
  BOOL read = ReadFile(handle, text, size - 1, &count, NULL);
  CloseHandle(handle);
  text[read ? count : 0] = 0;
  return read;
}

static BOOL is_letter(char c) { return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'); }

/* One line with a name that can be nothing but a name. */
static BOOL read_name(const wchar_t *file, wchar_t *name) {
  char text[128];
  if (!read_file(file, text, sizeof text)) return FALSE;
  int length = 0;
  for (; text[length] != 0 && text[length] != '\n' && text[length] != '\r'; length++) {
    char c = text[length];
    BOOL plain = is_letter(c) || (length > 0 && (c == '.' || c == '+' || c == '-'));
    if (!plain || length >= NAME_MAX_CHARS) return FALSE;
    name[length] = (wchar_t)c;
  }
  name[length] = 0;
  return length > 0;
}

static BOOL exists(const wchar_t *file) {
  DWORD attributes = GetFileAttributesW(file);
  return attributes != INVALID_FILE_ATTRIBUTES && (attributes & FILE_ATTRIBUTE_DIRECTORY) == 0;
}

/* What a pointer names, where that version and its runtime are there whole. */
static BOOL named(const wchar_t *root, const wchar_t *versions, const wchar_t *pointer, Version *version) {
  wchar_t file[PATH_MAX_CHARS], runtime[NAME_MAX_CHARS + 1], relative[PATH_MAX_CHARS];
  if (!join_path(file, versions, pointer) || !read_name(file, version->name)) return FALSE;
  if (!join_path(version->folder, versions, version->name)) return FALSE;
  if (!join_path(file, version->folder, L"runtime") || !read_name(file, runtime)) return FALSE;
  if (swprintf(relative, PATH_MAX_CHARS, L"runtimes\\%ls\\node.exe", runtime) <= 0) return FALSE;
  if (!join_path(version->node, root, relative) || !exists(version->node)) return FALSE;
  return join_path(file, version->folder, L"vonggac-agent.js") && exists(file);
}

/* The line below its name, by which the version before put it there. */
static DWORD read_trial_seconds(const wchar_t *tried) {
  char text[128];
  if (!read_file(tried, text, sizeof text)) return TRIAL_SECONDS_ELSE;
  const char *line = strchr(text, '\n');
  unsigned long seconds = line == NULL ? 0 : strtoul(line + 1, NULL, 10);
  return seconds >= 1 && seconds <= TRIAL_SECONDS_MAX ? seconds : TRIAL_SECONDS_ELSE;
}

BOOL note_hung(const wchar_t *root, const Version *version) {
  wchar_t tried[PATH_MAX_CHARS], name[NAME_MAX_CHARS + 1];
  char note[32];
  DWORD done;
  if (!join_path(tried, root, L"versions\\tried") || !read_name(tried, name) || wcscmp(name, version->name) != 0)
    return FALSE;
  int length = snprintf(note, sizeof note, "hung %lu\n", version->trial_seconds);
  HANDLE handle = CreateFileW(tried, FILE_APPEND_DATA, FILE_SHARE_READ | FILE_SHARE_DELETE, NULL, OPEN_EXISTING, 0, NULL);
  if (handle == INVALID_HANDLE_VALUE) return TRUE;
  if (!WriteFile(handle, note, (DWORD)length, &done, NULL) || !FlushFileBuffers(handle))
    log_line("that it hung cannot be noted: error %lu", GetLastError());
  CloseHandle(handle);
  return TRUE;
}

BOOL choose_version(const wchar_t *root, BOOL service, Version *version) {
  wchar_t versions[PATH_MAX_CHARS], trial[PATH_MAX_CHARS], tried[PATH_MAX_CHARS];
  version->trial_seconds = 0;
  if (!join_path(versions, root, L"versions") || !join_path(trial, versions, L"trial")) return FALSE;
  /* Renamed before it starts: whatever becomes of it, the next start is without it. */
  if (service && exists(trial) && join_path(tried, versions, L"tried") &&
      MoveFileExW(trial, tried, MOVEFILE_REPLACE_EXISTING | MOVEFILE_WRITE_THROUGH) &&
      named(root, versions, L"tried", version)) {
    version->trial_seconds = read_trial_seconds(tried);
    return TRUE;
  }
  return named(root, versions, L"current", version) || named(root, versions, L"packaged", version);
}

static BOOL append(wchar_t *line, const wchar_t *text, size_t count) {
  size_t length = wcslen(line);
  if (length + count + 1 >= COMMAND_MAX_CHARS) return FALSE;
  wmemcpy(line + length, text, count);
  line[length + count] = 0;
  return TRUE;
}

/* Quoted, with backslashes before a quote doubled, as CommandLineToArgvW undoes it. */
static BOOL append_argument(wchar_t *line, const wchar_t *argument) {
  if (line[0] != 0 && !append(line, L" ", 1)) return FALSE;
  if (!append(line, L"\"", 1)) return FALSE;
  size_t backslashes = 0;
  for (const wchar_t *c = argument;; c++) {
    if (*c == L'\\') {
      backslashes++;
      continue;
    }
    size_t times = *c == 0 ? backslashes * 2 : *c == L'"' ? backslashes * 2 + 1 : backslashes;
    for (size_t at = 0; at < times; at++)
      if (!append(line, L"\\", 1)) return FALSE;
    backslashes = 0;
    if (*c == 0) return append(line, L"\"", 1);
    if (!append(line, c, 1)) return FALSE;
  }
}

BOOL command_line(const Version *version, int argc, wchar_t *const *argv, wchar_t *line) {
  char flags[FLAGS_MAX_BYTES];
  wchar_t file[PATH_MAX_CHARS], flag[256];
  line[0] = 0;
  if (!append_argument(line, version->node)) return FALSE;
  if (join_path(file, version->folder, L"node-flags") && read_file(file, flags, sizeof flags)) {
    for (char *next = flags; *next != 0;) {
      size_t length = strcspn(next, "\r\n");
      if (length > 0 && length < 256) {
        for (size_t at = 0; at < length; at++) flag[at] = (wchar_t)(unsigned char)next[at];
        flag[length] = 0;
        if (!append_argument(line, flag)) return FALSE;
      }
      next += length + strspn(next + length, "\r\n");
    }
  }
  if (!join_path(file, version->folder, L"vonggac-agent.js") || !append_argument(line, file)) return FALSE;
  for (int at = 0; at < argc; at++)
    if (!append_argument(line, argv[at])) return FALSE;
  return TRUE;
}
