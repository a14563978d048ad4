/* What the agent says, in service.log of the state folder: four files of at most 1 MiB, the oldest given up. */
#include "host.h"

#include <stdarg.h>
#include <stdio.h>

#define BYTES_MAX (1024 * 1024)
#define OLD_FILES 3

static CRITICAL_SECTION lock;
static BOOL ready = FALSE;
static HANDLE file = INVALID_HANDLE_VALUE;
static DWORD written = 0;
static wchar_t path[PATH_MAX_CHARS];

static void open_file(void) {
  file = CreateFileW(path, FILE_APPEND_DATA, FILE_SHARE_READ | FILE_SHARE_DELETE, NULL, OPEN_ALWAYS,
                     FILE_ATTRIBUTE_NORMAL, NULL);
  LARGE_INTEGER size;
  written = file != INVALID_HANDLE_VALUE && GetFileSizeEx(file, &size) ? (DWORD)size.QuadPart : 0;
}

static void rotate(void) {
  wchar_t from[PATH_MAX_CHARS + 16], to[PATH_MAX_CHARS + 16];
  CloseHandle(file);
  for (int at = OLD_FILES; at >= 1; at--) {
    if (at == 1) swprintf(from, PATH_MAX_CHARS + 16, L"%ls", path);
    else swprintf(from, PATH_MAX_CHARS + 16, L"%ls.%d", path, at - 1);
    swprintf(to, PATH_MAX_CHARS + 16, L"%ls.%d", path, at);
    MoveFileExW(from, to, MOVEFILE_REPLACE_EXISTING);
  }
  open_file();
}

BOOL log_open(const wchar_t *state) {
  if (!ready) InitializeCriticalSection(&lock);
  ready = TRUE;
  if (!join_path(path, state, L"service.log")) return FALSE;
  open_file();
  return file != INVALID_HANDLE_VALUE;
}

void log_bytes(const char *bytes, DWORD count) {
  if (!ready) return;
  EnterCriticalSection(&lock);
  if (file != INVALID_HANDLE_VALUE && written + count > BYTES_MAX) rotate();
  DWORD done = 0;
  if (file != INVALID_HANDLE_VALUE && WriteFile(file, bytes, count, &done, NULL)) written += done;
  LeaveCriticalSection(&lock);
}

void log_line(const char *format, ...) {
  char text[3072];
  SYSTEMTIME now;
  GetSystemTime(&now);
  int length = snprintf(text, sizeof text, "%04u-%02u-%02uT%02u:%02u:%02uZ service: ", now.wYear, now.wMonth, now.wDay,
                        now.wHour, now.wMinute, now.wSecond);
  va_list arguments;
  va_start(arguments, format);
  int more = vsnprintf(text + length, sizeof text - (size_t)length - 2, format, arguments);
  va_end(arguments);
  if (more < 0) return;
  length += more;
  if (length > (int)sizeof text - 3) length = (int)sizeof text - 3;
  text[length++] = '\r';
  text[length++] = '\n';
  log_bytes(text, (DWORD)length);
}
