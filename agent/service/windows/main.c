/*
 * vonggac-agent.exe: started by people it is the agent's command line, by Windows its service, by the installer what
 * prepares and removes. What people type goes to the version that runs, with the same arguments and exit code.
 */
#include "host.h"

#include <stdio.h>

/* Ctrl-C is the agent's to answer; this process only waits for it. */
static BOOL WINAPI leave_to_child(DWORD event) {
  (void)event;
  return TRUE;
}

static int run_command(int argc, wchar_t *const *argv) {
  static wchar_t line[COMMAND_MAX_CHARS];
  wchar_t root[PATH_MAX_CHARS], state[PATH_MAX_CHARS];
  Version version;
  if (!state_folder(state) || !program_root(root) || !choose_version(root, FALSE, &version)) {
    fwprintf(stderr, L"vonggac-agent: no version beside it can be started; install the package again\n");
    return 1;
  }
  if (!command_line(&version, argc, argv, line)) {
    fwprintf(stderr, L"vonggac-agent: the arguments are too long\n");
    return 2;
  }
  STARTUPINFOW start = {0};
  PROCESS_INFORMATION made;
  start.cb = sizeof start;
  SetConsoleCtrlHandler(leave_to_child, TRUE);
  if (!CreateProcessW(NULL, line, NULL, NULL, TRUE, 0, NULL, NULL, &start, &made)) {
    fwprintf(stderr, L"vonggac-agent: %ls cannot be started: error %lu\n", version.node, GetLastError());
    return 1;
  }
  DWORD code = 1;
  WaitForSingleObject(made.hProcess, INFINITE);
  GetExitCodeProcess(made.hProcess, &code);
  return (int)code;
}

int wmain(int argc, wchar_t **argv) {
  const wchar_t *asked = argc > 1 ? argv[1] : L"";
  if (wcscmp(asked, L"--service") == 0) return run_service();
  if (wcscmp(asked, L"--mark-upgrade") == 0) return mark_upgrade();
  if (wcscmp(asked, L"--prepare") == 0) return prepare(argc > 2 ? argv[2] : NULL);
  if (wcscmp(asked, L"--configure") == 0) return configure();
  if (wcscmp(asked, L"--purge") == 0) return purge(argc > 2 && wcscmp(argv[2], L"--keep-data") == 0);
  return run_command(argc - 1, argv + 1);
}
