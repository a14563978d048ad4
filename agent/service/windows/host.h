/* The agent's service host on Windows: what its parts offer each other. Paths are of the wide API, at most PATH_MAX_CHARS. */
#ifndef VONGGAC_HOST_H
#define VONGGAC_HOST_H

#include <windows.h>
#include <stddef.h>
#include <wchar.h>

#define PATH_MAX_CHARS 1024
#define COMMAND_MAX_CHARS 32768
#define SERVICE_NAME L"VongGacAgent"

/* The version that is to run, as docs/packages.md says. */
typedef struct {
  wchar_t name[65];
  wchar_t node[PATH_MAX_CHARS];
  wchar_t folder[PATH_MAX_CHARS];
  /* On trial: so long it has to become well. Else 0. */
  DWORD trial_seconds;
} Version;

/* layout.c */
BOOL program_root(wchar_t *root);
BOOL state_folder(wchar_t *folder);
BOOL join_path(wchar_t *into, const wchar_t *folder, const wchar_t *name);
/* @param service takes the version on trial, once. @returns FALSE when none can be started */
BOOL choose_version(const wchar_t *root, BOOL service, Version *version);
/* Notes that it hung on trial. @returns FALSE when it is not on trial any more */
BOOL note_hung(const wchar_t *root, const Version *version);
/* The command line that starts it, quoted as the C runtime reads it. */
BOOL command_line(const Version *version, int argc, wchar_t *const *argv, wchar_t *line);

/* child.c */
typedef struct {
  HANDLE process;
  HANDLE job;
  /* Its standard input: closed, it is to stop. */
  HANDLE input;
  HANDLE reader;
  HANDLE output;
  /* The last lines it complained with, UTF-8. */
  char words[2048];
} Child;
BOOL start_child(const wchar_t *line, const wchar_t *folder, Child *child);
void ask_to_stop(Child *child);
/* Ends it with all it started, and frees what it held. */
void end_child(Child *child);

/* log.c */
BOOL log_open(const wchar_t *state);
void log_bytes(const char *bytes, DWORD count);
void log_line(const char *format, ...);

/* setup.c: what the installer calls, each a process of its own. */
int mark_upgrade(void);
int prepare(const wchar_t *source);
int configure(void);
int purge(BOOL keep_state);

/* service.c */
int run_service(void);

#endif
