/*
 * vonggac-file-facts.exe: what Windows knows of files and no call of the runtime tells. Paths come in by standard input, one a
 * line in UTF-8; of each goes out one line, its fields parted by tabs: attributes (hexadecimal), owner, access list (SDDL), streams
 * (name*size, parted by bars; of Zone.Identifier its text in hexadecimal behind a colon), signature. Nothing is opened for writing;
 * a field that cannot be told is `!` and Windows' code. `-` stands for nothing.
 */
#include <windows.h>
#include <aclapi.h>
#include <mscat.h>
#include <sddl.h>
#include <softpub.h>
#include <stdio.h>
#include <stdlib.h>
#include <wintrust.h>

#define PATH_CHARS 32768
#define STREAMS_MAX 64
#define ZONE_BYTES 1024

static void put(const wchar_t *text) {
  char bytes[8192];
  int length = WideCharToMultiByte(CP_UTF8, 0, text, -1, bytes, sizeof bytes - 1, NULL, NULL);
  for (int at = 0; at < length - 1; at++) putchar(bytes[at] == '\t' || bytes[at] == '\n' || bytes[at] == '\r' ? ' ' : bytes[at]);
}

static void put_security(const wchar_t *path) {
  PSECURITY_DESCRIPTOR descriptor = NULL;
  PSID owner = NULL;
  DWORD code = GetNamedSecurityInfoW((wchar_t *)path, SE_FILE_OBJECT, OWNER_SECURITY_INFORMATION | DACL_SECURITY_INFORMATION,
                                     &owner, NULL, NULL, NULL, &descriptor);
  if (code != ERROR_SUCCESS) {
    printf("!%lu\t!%lu", code, code);
    return;
  }
  wchar_t *text = NULL;
  if (owner != NULL && ConvertSidToStringSidW(owner, &text)) put(text);
  else printf("-");
  LocalFree(text);
  putchar('\t');
  text = NULL;
  if (ConvertSecurityDescriptorToStringSecurityDescriptorW(descriptor, SDDL_REVISION_1, DACL_SECURITY_INFORMATION, &text, NULL)) put(text);
  else printf("!%lu", GetLastError());
  LocalFree(text);
  LocalFree(descriptor);
}

static void put_zone(const wchar_t *path, const wchar_t *stream) {
  static wchar_t name[PATH_CHARS + 64];
  if (_snwprintf(name, PATH_CHARS + 63, L"%ls%ls", path, stream) < 0) return;
  HANDLE file = CreateFileW(name, GENERIC_READ, FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, NULL, OPEN_EXISTING, 0, NULL);
  if (file == INVALID_HANDLE_VALUE) return;
  unsigned char text[ZONE_BYTES];
  DWORD count = 0;
  if (ReadFile(file, text, sizeof text, &count, NULL) && count > 0) {
    putchar(':');
    for (DWORD at = 0; at < count; at++) printf("%02x", text[at]);
  }
  CloseHandle(file);
}

/* All but the one that is the file itself. */
static void put_streams(const wchar_t *path) {
  WIN32_FIND_STREAM_DATA data;
  HANDLE found = FindFirstStreamW(path, FindStreamInfoStandard, &data, 0);
  int count = 0;
  if (found == INVALID_HANDLE_VALUE) {
    DWORD code = GetLastError();
    if (code == ERROR_HANDLE_EOF) printf("-");
    else printf("!%lu", code);
    return;
  }
  do {
    if (wcscmp(data.cStreamName, L"::$DATA") == 0) continue;
    wchar_t *end = wcsrchr(data.cStreamName, L':');
    if (end != NULL && end != data.cStreamName) *end = 0;
    if (count++ > 0) putchar('|');
    for (wchar_t *at = data.cStreamName; *at; at++)
      if (*at == L'|' || *at == L'*') *at = L'_';
    put(data.cStreamName + 1);
    printf("*%lld", data.StreamSize.QuadPart);
    if (_wcsicmp(data.cStreamName, L":Zone.Identifier") == 0) put_zone(path, data.cStreamName);
  } while (count < STREAMS_MAX && FindNextStreamW(found, &data));
  FindClose(found);
  if (count == 0) printf("-");
}

/* Neither window nor network: what is not in the cache is not asked for. */
static LONG verify(WINTRUST_DATA *data) {
  GUID action = WINTRUST_ACTION_GENERIC_VERIFY_V2;
  data->cbStruct = sizeof *data;
  data->dwUIChoice = WTD_UI_NONE;
  data->fdwRevocationChecks = WTD_REVOKE_NONE;
  data->dwProvFlags = WTD_CACHE_ONLY_URL_RETRIEVAL | WTD_REVOCATION_CHECK_NONE;
  data->dwStateAction = WTD_STATEACTION_VERIFY;
  LONG code = WinVerifyTrust(INVALID_HANDLE_VALUE, &action, data);
  data->dwStateAction = WTD_STATEACTION_CLOSE;
  WinVerifyTrust(INVALID_HANDLE_VALUE, &action, data);
  return code;
}

/* @returns whether a catalogue of Windows has the file; its code then. */
static BOOL in_catalogue(HANDLE file, const wchar_t *path, LONG *code) {
  HCATADMIN admin = NULL;
  BYTE hash[64];
  DWORD length = sizeof hash;
  wchar_t tag[2 * sizeof hash + 1];
  if (!CryptCATAdminAcquireContext(&admin, NULL, 0)) return FALSE;
  BOOL known = FALSE;
  if (CryptCATAdminCalcHashFromFileHandle(file, &length, hash, 0)) {
    HCATINFO catalogue = CryptCATAdminEnumCatalogFromHash(admin, hash, length, 0, NULL);
    CATALOG_INFO info = {.cbStruct = sizeof info};
    if (catalogue != NULL && CryptCATCatalogInfoFromContext(catalogue, &info, 0)) {
      for (DWORD at = 0; at < length; at++) _snwprintf(tag + 2 * at, 3, L"%02X", hash[at]);
      WINTRUST_CATALOG_INFO member = {.cbStruct = sizeof member,
                                      .pcwszCatalogFilePath = info.wszCatalogFile,
                                      .pcwszMemberFilePath = path,
                                      .pcwszMemberTag = tag,
                                      .pbCalculatedFileHash = hash,
                                      .cbCalculatedFileHash = length};
      WINTRUST_DATA data = {.dwUnionChoice = WTD_CHOICE_CATALOG, .pCatalog = &member};
      *code = verify(&data);
      known = TRUE;
    }
    if (catalogue != NULL) CryptCATAdminReleaseCatalogContext(admin, catalogue, 0);
  }
  CryptCATAdminReleaseContext(admin, 0);
  return known;
}

/* Of programs and libraries: `signed`, `catalogue`, `unsigned`, or `invalid` and Windows' code. */
static void put_signature(const wchar_t *path) {
  HANDLE file = CreateFileW(path, GENERIC_READ, FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, NULL, OPEN_EXISTING, 0, NULL);
  char begin[2] = {0};
  DWORD count = 0;
  if (file == INVALID_HANDLE_VALUE) {
    printf("-");
    return;
  }
  if (!ReadFile(file, begin, 2, &count, NULL) || count < 2 || begin[0] != 'M' || begin[1] != 'Z') printf("-");
  else {
    WINTRUST_FILE_INFO about = {.cbStruct = sizeof about, .pcwszFilePath = path};
    WINTRUST_DATA data = {.dwUnionChoice = WTD_CHOICE_FILE, .pFile = &about};
    LONG code = verify(&data);
    LONG other = 0;
    SetFilePointer(file, 0, NULL, FILE_BEGIN);
    if (code == ERROR_SUCCESS) printf("signed");
    else if (code == TRUST_E_NOSIGNATURE && in_catalogue(file, path, &other)) {
      if (other == ERROR_SUCCESS) printf("catalogue");
      else printf("invalid 0x%08lx", other);
    } else if (code == TRUST_E_NOSIGNATURE) printf("unsigned");
    else printf("invalid 0x%08lx", code);
  }
  CloseHandle(file);
}

int main(void) {
  static char line[4 * PATH_CHARS];
  static wchar_t path[PATH_CHARS];
  SetErrorMode(SEM_FAILCRITICALERRORS | SEM_NOOPENFILEERRORBOX);
  while (fgets(line, sizeof line, stdin) != NULL) {
    line[strcspn(line, "\r\n")] = 0;
    DWORD attributes = INVALID_FILE_ATTRIBUTES;
    if (MultiByteToWideChar(CP_UTF8, MB_ERR_INVALID_CHARS, line, -1, path, PATH_CHARS) > 0) attributes = GetFileAttributesW(path);
    if (attributes == INVALID_FILE_ATTRIBUTES) printf("!%lu\t-\t-\t-\t-", GetLastError());
    else {
      printf("%lx\t", attributes);
      put_security(path);
      putchar('\t');
      put_streams(path);
      putchar('\t');
      if (attributes & (FILE_ATTRIBUTE_DIRECTORY | FILE_ATTRIBUTE_REPARSE_POINT)) printf("-");
      else put_signature(path);
    }
    putchar('\n');
  }
  return 0;
}
