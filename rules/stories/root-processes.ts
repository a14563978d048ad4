/** Processes that every Windows has, so that a story need not begin them. */

export interface RootProcess {
  image: string;
  line: string;
  /** Empty: the host's own user. */
  user: string;
}

export const ROOT_PROCESSES: Readonly<Record<string, RootProcess>> = {
  explorer: { image: 'C:\\Windows\\explorer.exe', line: 'C:\\Windows\\Explorer.EXE', user: '' },
  services: {
    image: 'C:\\Windows\\System32\\services.exe',
    line: 'C:\\Windows\\system32\\services.exe',
    user: 'NT AUTHORITY\\SYSTEM',
  },
  svchost: {
    image: 'C:\\Windows\\System32\\svchost.exe',
    line: 'C:\\Windows\\system32\\svchost.exe -k netsvcs -p -s Schedule',
    user: 'NT AUTHORITY\\SYSTEM',
  },
  wmiprvse: {
    image: 'C:\\Windows\\System32\\wbem\\WmiPrvSE.exe',
    line: 'C:\\Windows\\system32\\wbem\\wmiprvse.exe -secured -Embedding',
    user: 'NT AUTHORITY\\NETWORK SERVICE',
  },
  iis: {
    image: 'C:\\Windows\\System32\\inetsrv\\w3wp.exe',
    line: 'c:\\windows\\system32\\inetsrv\\w3wp.exe -ap "DichVuCong" -v "v4.0"',
    user: 'IIS APPPOOL\\DichVuCong',
  },
  sqlserver: {
    image: 'C:\\Program Files\\Microsoft SQL Server\\MSSQL15.MSSQLSERVER\\MSSQL\\Binn\\sqlservr.exe',
    line: '"C:\\Program Files\\Microsoft SQL Server\\MSSQL15.MSSQLSERVER\\MSSQL\\Binn\\sqlservr.exe" -sMSSQLSERVER',
    user: 'NT SERVICE\\MSSQLSERVER',
  },
};
