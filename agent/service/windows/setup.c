/*
 * What the installer calls: the state folder for SYSTEM and administrators only, the service's rights and recovery, and
 * taking everything away. A folder that somebody else made before us is set aside: nothing in it is believed.
 */
#include "host.h"

#include <aclapi.h>
#include <sddl.h>
#include <stdio.h>

/* Full control for SYSTEM and administrators, nothing inherited from above. */
#define PRIVATE L"O:BAG:BAD:P(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)"
#define TELL_MS_MAX 25000
#define MARK_NAME L"upgrading"
/* Of an installation that never came to its end nothing is believed after that. */
#define MARK_MINUTES 15
/* In all: what is still open does not hold an installer up for ever. */
#define DELETE_TRIES 75
#define DELETE_PAUSE_MS 200
#define STOPPED_MS_MAX 25000

static BOOL is_own(PSID owner) {
  BYTE sid[SECURITY_MAX_SID_SIZE], user[sizeof(TOKEN_USER) + SECURITY_MAX_SID_SIZE];
  const WELL_KNOWN_SID_TYPE ours[] = {WinLocalSystemSid, WinBuiltinAdministratorsSid};
  for (int at = 0; at < 2; at++) {
    DWORD size = sizeof sid;
    if (CreateWellKnownSid(ours[at], NULL, sid, &size) && EqualSid(owner, sid)) return TRUE;
  }
  HANDLE token;
  DWORD size;
  if (!OpenProcessToken(GetCurrentProcess(), TOKEN_QUERY, &token)) return FALSE;
  BOOL known = GetTokenInformation(token, TokenUser, user, sizeof user, &size);
  CloseHandle(token);
  return known && EqualSid(owner, ((TOKEN_USER *)user)->User.Sid);
}

static BOOL is_trusted(const wchar_t *folder) {
  PSID owner = NULL;
  PSECURITY_DESCRIPTOR descriptor = NULL;
  DWORD attributes = GetFileAttributesW(folder);
  if ((attributes & FILE_ATTRIBUTE_REPARSE_POINT) != 0) return FALSE;
  if (GetNamedSecurityInfoW((wchar_t *)folder, SE_FILE_OBJECT, OWNER_SECURITY_INFORMATION, &owner, NULL, NULL, NULL,
                            &descriptor) != ERROR_SUCCESS)
    return FALSE;
  BOOL trusted = is_own(owner);
  LocalFree(descriptor);
  return trusted;
}

static BOOL make_private(const wchar_t *folder) {
  SECURITY_ATTRIBUTES attributes = {sizeof attributes, NULL, FALSE};
  if (!ConvertStringSecurityDescriptorToSecurityDescriptorW(PRIVATE, SDDL_REVISION_1, &attributes.lpSecurityDescriptor,
                                                            NULL))
    return FALSE;
  BOOL made = CreateDirectoryW(folder, &attributes);
  if (!made && GetLastError() == ERROR_ALREADY_EXISTS) {
    if (!is_trusted(folder)) {
      wchar_t aside[PATH_MAX_CHARS];
      swprintf(aside, PATH_MAX_CHARS, L"%ls.found-%llu", folder, GetTickCount64());
      made = MoveFileExW(folder, aside, 0) && CreateDirectoryW(folder, &attributes);
    } else
      made = SetFileSecurityW(folder, DACL_SECURITY_INFORMATION | PROTECTED_DACL_SECURITY_INFORMATION,
                              attributes.lpSecurityDescriptor);
  }
  LocalFree(attributes.lpSecurityDescriptor);
  return made;
}

/* From a USB stick: what the agent enrols with lies beside the installer, unless this host is enrolled. */
static void take_join_file(const wchar_t *source, const wchar_t *state) {
  wchar_t from[PATH_MAX_CHARS], to[PATH_MAX_CHARS], identity[PATH_MAX_CHARS];
  if (!join_path(from, source, L"vonggac-join.txt") || !join_path(to, state, L"join.txt")) return;
  if (!join_path(identity, state, L"identity.json")) return;
  if (GetFileAttributesW(identity) == INVALID_FILE_ATTRIBUTES) CopyFileW(from, to, FALSE);
}

/* A program that has just ended is refused as well as an open file. */
static void remove_file(const wchar_t *file) {
  static int tries = 0;
  while (!DeleteFileW(file) && (GetLastError() == ERROR_SHARING_VIOLATION || GetLastError() == ERROR_ACCESS_DENIED) &&
         tries++ < DELETE_TRIES)
    Sleep(DELETE_PAUSE_MS);
}

/* Links are taken away, not followed. What is still open for a moment is tried again. */
static BOOL remove_tree(const wchar_t *folder) {
  wchar_t pattern[PATH_MAX_CHARS], file[PATH_MAX_CHARS];
  WIN32_FIND_DATAW found;
  if (!join_path(pattern, folder, L"*")) return FALSE;
  HANDLE search = FindFirstFileW(pattern, &found);
  if (search != INVALID_HANDLE_VALUE) {
    do {
      if (wcscmp(found.cFileName, L".") == 0 || wcscmp(found.cFileName, L"..") == 0) continue;
      if (!join_path(file, folder, found.cFileName)) continue;
      BOOL is_folder = (found.dwFileAttributes & FILE_ATTRIBUTE_DIRECTORY) != 0;
      BOOL is_link = (found.dwFileAttributes & FILE_ATTRIBUTE_REPARSE_POINT) != 0;
      if ((found.dwFileAttributes & FILE_ATTRIBUTE_READONLY) != 0) SetFileAttributesW(file, FILE_ATTRIBUTE_NORMAL);
      if (is_folder && !is_link) remove_tree(file);
      else if (is_folder) RemoveDirectoryW(file);
      else remove_file(file);
    } while (FindNextFileW(search, &found));
    FindClose(search);
  }
  return RemoveDirectoryW(folder);
}

/* Folders that are not `kept` go. */
static void remove_others(const wchar_t *folder, const wchar_t *kept) {
  wchar_t pattern[PATH_MAX_CHARS], file[PATH_MAX_CHARS];
  WIN32_FIND_DATAW found;
  if (!join_path(pattern, folder, L"*")) return;
  HANDLE search = FindFirstFileW(pattern, &found);
  if (search == INVALID_HANDLE_VALUE) return;
  do {
    if ((found.dwFileAttributes & FILE_ATTRIBUTE_DIRECTORY) == 0 || found.cFileName[0] == L'.') continue;
    if (_wcsicmp(found.cFileName, kept) != 0 && join_path(file, folder, found.cFileName)) remove_tree(file);
  } while (FindNextFileW(search, &found));
  FindClose(search);
}

/* Who installs a package gets the version in it. */
static BOOL take_packaged(void) {
  const wchar_t *const pointers[] = {L"current", L"trial", L"tried"};
  wchar_t root[PATH_MAX_CHARS], versions[PATH_MAX_CHARS], file[PATH_MAX_CHARS];
  Version version;
  if (!program_root(root) || !join_path(versions, root, L"versions")) return FALSE;
  for (int at = 0; at < 3; at++)
    if (join_path(file, versions, pointers[at])) DeleteFileW(file);
  if (!choose_version(root, FALSE, &version)) return FALSE;
  remove_others(versions, version.name);
  /* ...\runtimes\R\node.exe */
  *wcsrchr(version.node, L'\\') = 0;
  wchar_t *runtime = wcsrchr(version.node, L'\\');
  *runtime = 0;
  remove_others(version.node, runtime + 1);
  return TRUE;
}

static BOOL mark_path(wchar_t *mark) {
  wchar_t state[PATH_MAX_CHARS];
  return state_folder(state) && is_trusted(state) && join_path(mark, state, MARK_NAME);
}

/*
 * Before a newer package has the older one removed: its removal is none of the agent. Windows says so to the older one by
 * UPGRADINGPRODUCTCODE; who does not gets it from this file. Where there is no state there is nothing to lose.
 */
int mark_upgrade(void) {
  wchar_t mark[PATH_MAX_CHARS];
  if (!mark_path(mark)) return 0;
  HANDLE file = CreateFileW(mark, GENERIC_WRITE, 0, NULL, CREATE_ALWAYS, FILE_ATTRIBUTE_NORMAL, NULL);
  if (file == INVALID_HANDLE_VALUE) return 1;
  CloseHandle(file);
  return 0;
}

static BOOL is_upgrade(void) {
  wchar_t mark[PATH_MAX_CHARS];
  WIN32_FILE_ATTRIBUTE_DATA facts;
  FILETIME now;
  if (!mark_path(mark) || !GetFileAttributesExW(mark, GetFileExInfoStandard, &facts)) return FALSE;
  GetSystemTimeAsFileTime(&now);
  ULONGLONG at = (ULONGLONG)now.dwHighDateTime << 32 | now.dwLowDateTime;
  ULONGLONG then = (ULONGLONG)facts.ftLastWriteTime.dwHighDateTime << 32 | facts.ftLastWriteTime.dwLowDateTime;
  return at - then < MARK_MINUTES * 600000000ULL;
}

int prepare(const wchar_t *source) {
  wchar_t state[PATH_MAX_CHARS], above[PATH_MAX_CHARS];
  if (!state_folder(state)) return 1;
  if (!take_packaged()) {
    fwprintf(stderr, L"vonggac-agent: the installed version is not whole\n");
    return 1;
  }
  wcscpy(above, state);
  *wcsrchr(above, L'\\') = 0;
  if (!make_private(above) || !make_private(state)) {
    fwprintf(stderr, L"vonggac-agent: %ls cannot be made private: error %lu\n", state, GetLastError());
    return 1;
  }
  if (source != NULL) take_join_file(source, state);
  if (join_path(above, state, MARK_NAME)) DeleteFileW(above);
  return 0;
}

int configure(void) {
  SC_ACTION restarts[] = {{SC_ACTION_RESTART, 5000}, {SC_ACTION_RESTART, 60000}, {SC_ACTION_RESTART, 300000}};
  SERVICE_FAILURE_ACTIONSW failure = {86400, NULL, NULL, 3, restarts};
  SERVICE_FAILURE_ACTIONS_FLAG on_errors = {TRUE};
  SERVICE_DELAYED_AUTO_START_INFO delayed = {TRUE};
  SERVICE_SID_INFO sid = {SERVICE_SID_TYPE_UNRESTRICTED};
  SERVICE_PRESHUTDOWN_INFO preshutdown = {20000};
  /* Reading every log and file, other processes, firmware's state, and audit policy; no drivers, no tokens, no debugging of the kernel. */
  SERVICE_REQUIRED_PRIVILEGES_INFOW privileges = {
      L"SeChangeNotifyPrivilege\0SeSecurityPrivilege\0SeBackupPrivilege\0SeDebugPrivilege\0SeImpersonatePrivilege\0"
      L"SeAuditPrivilege\0SeSystemEnvironmentPrivilege\0SeShutdownPrivilege\0"};
  SC_HANDLE manager = OpenSCManagerW(NULL, NULL, SC_MANAGER_CONNECT);
  SC_HANDLE service = OpenServiceW(manager, SERVICE_NAME, SERVICE_CHANGE_CONFIG | SERVICE_START);
  if (service == NULL) {
    fwprintf(stderr, L"vonggac-agent: there is no service %ls: error %lu\n", SERVICE_NAME, GetLastError());
    return 1;
  }
  struct {
    DWORD level;
    void *info;
  } const settings[] = {{SERVICE_CONFIG_DELAYED_AUTO_START_INFO, &delayed},
                        {SERVICE_CONFIG_FAILURE_ACTIONS, &failure},
                        {SERVICE_CONFIG_FAILURE_ACTIONS_FLAG, &on_errors},
                        {SERVICE_CONFIG_SERVICE_SID_INFO, &sid},
                        {SERVICE_CONFIG_REQUIRED_PRIVILEGES_INFO, &privileges},
                        {SERVICE_CONFIG_PRESHUTDOWN_INFO, &preshutdown}};
  int refused = 0;
  for (size_t at = 0; at < sizeof settings / sizeof settings[0]; at++)
    if (!ChangeServiceConfig2W(service, settings[at].level, settings[at].info)) {
      fwprintf(stderr, L"vonggac-agent: service setting %lu refused: error %lu\n", settings[at].level, GetLastError());
      refused++;
    }
  CloseServiceHandle(service);
  CloseServiceHandle(manager);
  return refused == 0 ? 0 : 1;
}

/* Its last record goes to the collector, where that can be reached; not for ever. */
static void tell_collector(const wchar_t *root, const wchar_t *state) {
  static wchar_t line[COMMAND_MAX_CHARS];
  wchar_t *const arguments[] = {L"uninstall", L"--force", L"--keep-state"};
  wchar_t identity[PATH_MAX_CHARS];
  STARTUPINFOW start = {0};
  PROCESS_INFORMATION made;
  Version version;
  start.cb = sizeof start;
  if (!join_path(identity, state, L"identity.json")) return;
  if (GetFileAttributesW(identity) == INVALID_FILE_ATTRIBUTES) return;
  if (!choose_version(root, FALSE, &version) || !command_line(&version, 3, arguments, line)) return;
  if (!CreateProcessW(NULL, line, NULL, NULL, FALSE, CREATE_NO_WINDOW, NULL, NULL, &start, &made)) return;
  if (WaitForSingleObject(made.hProcess, TELL_MS_MAX) == WAIT_TIMEOUT) TerminateProcess(made.hProcess, 1);
  WaitForSingleObject(made.hProcess, 1000);
  CloseHandle(made.hThread);
  CloseHandle(made.hProcess);
}

/* Its files can go when its process has; not every installer waits for that. */
static void wait_for_service_end(void) {
  SERVICE_STATUS_PROCESS status;
  DWORD size;
  SC_HANDLE manager = OpenSCManagerW(NULL, NULL, SC_MANAGER_CONNECT);
  SC_HANDLE service = OpenServiceW(manager, SERVICE_NAME, SERVICE_QUERY_STATUS);
  if (service != NULL &&
      QueryServiceStatusEx(service, SC_STATUS_PROCESS_INFO, (BYTE *)&status, sizeof status, &size) &&
      status.dwProcessId != 0) {
    HANDLE process = OpenProcess(SYNCHRONIZE, FALSE, status.dwProcessId);
    if (process != NULL) {
      WaitForSingleObject(process, STOPPED_MS_MAX);
      CloseHandle(process);
    }
  }
  if (service != NULL) CloseServiceHandle(service);
  if (manager != NULL) CloseServiceHandle(manager);
}

int purge(BOOL keep_state) {
  wchar_t root[PATH_MAX_CHARS], folder[PATH_MAX_CHARS];
  if (!program_root(root)) return 1;
  wait_for_service_end();
  if (is_upgrade()) return 0;
  if (state_folder(folder) && is_trusted(folder)) tell_collector(root, folder);
  if (join_path(folder, root, L"versions")) remove_tree(folder);
  if (join_path(folder, root, L"runtimes")) remove_tree(folder);
  if (keep_state || !state_folder(folder)) return 0;
  if (!is_trusted(folder)) return 1;
  remove_tree(folder);
  *wcsrchr(folder, L'\\') = 0;
  RemoveDirectoryW(folder);
  return 0;
}
