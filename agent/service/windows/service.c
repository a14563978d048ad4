/*
 * The Windows service: keeps the agent running, with growing pauses where it ends by itself, and stops it in order. What
 * people should see is in the event log (source VongGacAgent), all else in service.log.
 */
#include "host.h"
#include "messages.h"

#include <string.h>

/* What the agent ends with; agent/exit-code.ts. */
#define EXIT_DONE 0
#define EXIT_AGAIN 10

#define STOP_MS_MAX 15000
#define PAUSE_MS_MIN 1000
#define PAUSE_MS_MAX 300000
/* Who ran so long did not fail at the start. */
#define WELL_MS 600000
/* And who asks again sooner waits like everybody. */
#define AGAIN_MS_MIN 2000

static SERVICE_STATUS_HANDLE handle;
static HANDLE stopping;

static void tell(DWORD state, DWORD wait_ms, DWORD code) {
  SERVICE_STATUS status = {0};
  status.dwServiceType = SERVICE_WIN32_OWN_PROCESS;
  status.dwCurrentState = state;
  status.dwControlsAccepted = state == SERVICE_RUNNING ? SERVICE_ACCEPT_STOP | SERVICE_ACCEPT_PRESHUTDOWN : 0;
  status.dwWin32ExitCode = code;
  status.dwWaitHint = wait_ms;
  SetServiceStatus(handle, &status);
}

static DWORD WINAPI control(DWORD code, DWORD type, void *data, void *context) {
  (void)type, (void)data, (void)context;
  if (code == SERVICE_CONTROL_INTERROGATE) return NO_ERROR;
  if (code != SERVICE_CONTROL_STOP && code != SERVICE_CONTROL_PRESHUTDOWN) return ERROR_CALL_NOT_IMPLEMENTED;
  tell(SERVICE_STOP_PENDING, STOP_MS_MAX + 5000, NO_ERROR);
  SetEvent(stopping);
  return NO_ERROR;
}

static void report(WORD type, DWORD id, const wchar_t *text) {
  HANDLE source = RegisterEventSourceW(NULL, SERVICE_NAME);
  if (source == NULL) return;
  ReportEventW(source, type, 0, id, NULL, 1, 0, &text, NULL);
  DeregisterEventSource(source);
}

/* Once for each reason: an agent that fails every few minutes must not fill the log. */
static void report_end(DWORD code, const char *words) {
  static char last[2048];
  static DWORD last_code = EXIT_DONE;
  wchar_t text[2200];
  if (code == last_code && strcmp(last, words) == 0) return;
  strcpy(last, words);
  last_code = code;
  int length = swprintf(text, 64, L"%lu: ", (unsigned long)code);
  if (MultiByteToWideChar(CP_UTF8, 0, words, -1, text + length, 2048) == 0) text[length] = 0;
  report(EVENTLOG_ERROR_TYPE, MSG_AGENT_ENDED, text);
}

static BOOL start_agent(const wchar_t *root, Version *version, Child *child) {
  static wchar_t line[COMMAND_MAX_CHARS];
  wchar_t *const arguments[] = {L"run"};
  if (!choose_version(root, TRUE, version) || !command_line(version, 1, arguments, line)) {
    report(EVENTLOG_ERROR_TYPE, MSG_NO_VERSION, root);
    log_line("no version below %ls can be started", root);
    return FALSE;
  }
  log_line("starting version %ls%s", version->name, version->trial_seconds > 0 ? " on trial" : "");
  if (start_child(line, version->folder, child)) return TRUE;
  log_line("it cannot be started: error %lu", GetLastError());
  report(EVENTLOG_ERROR_TYPE, MSG_NO_START, version->node);
  return FALSE;
}

/*
 * A version that hangs on trial can neither end nor say so: it is ended from here.
 * @returns the agent's exit code, or STILL_ACTIVE: it was stopped with the service
 */
static DWORD watch(const wchar_t *root, const Version *version, Child *child) {
  HANDLE either[] = {stopping, child->process};
  DWORD code = STILL_ACTIVE;
  DWORD patience = version->trial_seconds > 0 ? version->trial_seconds * 1000 : INFINITE;
  DWORD came = WaitForMultipleObjects(2, either, FALSE, patience);
  if (came == WAIT_TIMEOUT && note_hung(root, version)) {
    log_line("version %ls hung for %lu s on trial and is ended", version->name, version->trial_seconds);
    report(EVENTLOG_ERROR_TYPE, MSG_HUNG, version->name);
    end_child(child);
    return EXIT_AGAIN;
  }
  if (came == WAIT_TIMEOUT) came = WaitForMultipleObjects(2, either, FALSE, INFINITE);
  if (came == WAIT_OBJECT_0) {
    ask_to_stop(child);
    if (WaitForSingleObject(child->process, STOP_MS_MAX) == WAIT_TIMEOUT)
      log_line("the agent did not stop within %d ms and is ended", STOP_MS_MAX);
  } else GetExitCodeProcess(child->process, &code);
  end_child(child);
  return code;
}

static void keep_running(const wchar_t *root) {
  static Child child;
  static Version version;
  DWORD pause_ms = PAUSE_MS_MIN;
  for (;;) {
    ULONGLONG started = GetTickCount64();
    BOOL runs = start_agent(root, &version, &child);
    DWORD code = runs ? watch(root, &version, &child) : 1;
    if (WaitForSingleObject(stopping, 0) == WAIT_OBJECT_0) return;
    log_line("the agent ended with code %lu", code);
    if (code == EXIT_DONE) return;
    ULONGLONG ran_ms = GetTickCount64() - started;
    if (ran_ms > WELL_MS) pause_ms = PAUSE_MS_MIN;
    if (code == EXIT_AGAIN && ran_ms > AGAIN_MS_MIN) continue;
    if (runs && code != EXIT_AGAIN) report_end(code, child.words);
    if (WaitForSingleObject(stopping, pause_ms) == WAIT_OBJECT_0) return;
    pause_ms = pause_ms * 2 > PAUSE_MS_MAX ? PAUSE_MS_MAX : pause_ms * 2;
  }
}

static void WINAPI service_main(DWORD argc, wchar_t **argv) {
  wchar_t root[PATH_MAX_CHARS], state[PATH_MAX_CHARS];
  (void)argc, (void)argv;
  handle = RegisterServiceCtrlHandlerExW(SERVICE_NAME, control, NULL);
  if (handle == NULL) return;
  tell(SERVICE_START_PENDING, 5000, NO_ERROR);
  stopping = CreateEventW(NULL, TRUE, FALSE, NULL);
  if (stopping == NULL || !program_root(root) || !state_folder(state)) {
    tell(SERVICE_STOPPED, 0, GetLastError());
    return;
  }
  log_open(state);
  SetEnvironmentVariableW(L"VONGGAC_STOP_WITH_STDIN", L"1");
  tell(SERVICE_RUNNING, 0, NO_ERROR);
  report(EVENTLOG_INFORMATION_TYPE, MSG_STARTED, root);
  keep_running(root);
  report(EVENTLOG_INFORMATION_TYPE, MSG_STOPPED, root);
  log_line("stopped");
  tell(SERVICE_STOPPED, 0, NO_ERROR);
}

int run_service(void) {
  SERVICE_TABLE_ENTRYW table[] = {{SERVICE_NAME, service_main}, {NULL, NULL}};
  return StartServiceCtrlDispatcherW(table) ? 0 : (int)GetLastError();
}
