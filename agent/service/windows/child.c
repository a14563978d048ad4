/*
 * The agent's process. It stops when its standard input ends, so it stops when this process dies, too; what is left of it
 * and of what it started ends with the job. Only its three pipes are inherited.
 */
#include "host.h"

#include <string.h>

static BOOL make_pipe(HANDLE *ours, HANDLE *theirs, BOOL they_write) {
  SECURITY_ATTRIBUTES inherited = {sizeof inherited, NULL, TRUE};
  HANDLE reads, writes;
  if (!CreatePipe(&reads, &writes, &inherited, 0)) return FALSE;
  *ours = they_write ? reads : writes;
  *theirs = they_write ? writes : reads;
  return SetHandleInformation(*ours, HANDLE_FLAG_INHERIT, 0);
}

/* A line that is no entry of the log (these are JSON) is a complaint; the last are kept. */
static void keep_words(Child *child, const char *line, size_t length) {
  if (length == 0 || line[0] == '{') return;
  size_t have = strlen(child->words), room = sizeof child->words - 2;
  if (length > room) length = room;
  if (have + length > room) have = 0;
  if (have > 0) child->words[have++] = '\n';
  memcpy(child->words + have, line, length);
  child->words[have + length] = 0;
}

static DWORD WINAPI read_output(void *argument) {
  Child *child = argument;
  static char line[8192];
  size_t length = 0;
  char part[4096];
  DWORD count;
  while (ReadFile(child->output, part, sizeof part, &count, NULL) && count > 0) {
    log_bytes(part, count);
    for (DWORD at = 0; at < count; at++) {
      if (part[at] == '\n') {
        if (length > 0 && line[length - 1] == '\r') length--;
        keep_words(child, line, length);
        length = 0;
      } else if (length < sizeof line) line[length++] = part[at];
    }
  }
  keep_words(child, line, length);
  return 0;
}

static HANDLE make_job(void) {
  HANDLE job = CreateJobObjectW(NULL, NULL);
  JOBOBJECT_EXTENDED_LIMIT_INFORMATION limits = {0};
  limits.BasicLimitInformation.LimitFlags = JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE;
  if (job != NULL) SetInformationJobObject(job, JobObjectExtendedLimitInformation, &limits, sizeof limits);
  return job;
}

static BOOL create(const wchar_t *line, const wchar_t *folder, HANDLE input, HANDLE output, PROCESS_INFORMATION *made) {
  static wchar_t text[COMMAND_MAX_CHARS];
  char room[256];
  SIZE_T size = sizeof room;
  LPPROC_THREAD_ATTRIBUTE_LIST list = (LPPROC_THREAD_ATTRIBUTE_LIST)room;
  HANDLE inherited[] = {input, output};
  STARTUPINFOEXW start = {0};
  start.StartupInfo.cb = sizeof start;
  start.StartupInfo.dwFlags = STARTF_USESTDHANDLES;
  start.StartupInfo.hStdInput = input;
  start.StartupInfo.hStdOutput = output;
  start.StartupInfo.hStdError = output;
  if (!InitializeProcThreadAttributeList(list, 1, 0, &size)) return FALSE;
  UpdateProcThreadAttribute(list, 0, PROC_THREAD_ATTRIBUTE_HANDLE_LIST, inherited, sizeof inherited, NULL, NULL);
  start.lpAttributeList = list;
  wcscpy(text, line);
  BOOL created = CreateProcessW(NULL, text, NULL, NULL, TRUE,
                                CREATE_NO_WINDOW | CREATE_SUSPENDED | EXTENDED_STARTUPINFO_PRESENT, NULL, folder,
                                &start.StartupInfo, made);
  DeleteProcThreadAttributeList(list);
  return created;
}

BOOL start_child(const wchar_t *line, const wchar_t *folder, Child *child) {
  HANDLE input, output;
  PROCESS_INFORMATION made;
  memset(child, 0, sizeof *child);
  if (!make_pipe(&child->input, &input, FALSE)) return FALSE;
  if (!make_pipe(&child->output, &output, TRUE)) return FALSE;
  child->job = make_job();
  BOOL created = create(line, folder, input, output, &made);
  DWORD fault = GetLastError();
  CloseHandle(input);
  CloseHandle(output);
  if (!created) {
    SetLastError(fault);
    return FALSE;
  }
  child->process = made.hProcess;
  if (child->job != NULL) AssignProcessToJobObject(child->job, made.hProcess);
  child->reader = CreateThread(NULL, 0, read_output, child, 0, NULL);
  ResumeThread(made.hThread);
  CloseHandle(made.hThread);
  return TRUE;
}

void ask_to_stop(Child *child) {
  if (child->input != NULL) CloseHandle(child->input);
  child->input = NULL;
}

void end_child(Child *child) {
  ask_to_stop(child);
  if (child->job != NULL) TerminateJobObject(child->job, 1);
  /* Where it could not be put in the job. */
  if (child->process != NULL) TerminateProcess(child->process, 1);
  if (child->reader != NULL) {
    /* Whoever else holds the pipe has ended with the job; a second is for the last lines. */
    if (WaitForSingleObject(child->reader, 1000) == WAIT_TIMEOUT) CancelSynchronousIo(child->reader);
    WaitForSingleObject(child->reader, 1000);
    CloseHandle(child->reader);
  }
  if (child->output != NULL) CloseHandle(child->output);
  if (child->job != NULL) CloseHandle(child->job);
  if (child->process != NULL) CloseHandle(child->process);
  memset(child, 0, offsetof(Child, words));
}
