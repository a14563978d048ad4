/**
 * What Windows is asked of itself through PowerShell: a fixed block for each section, no block made of anything else. Names of
 * classes, fields and states are the same in every language. Facts: Microsoft's documentation of the classes and cmdlets.
 */

const cim = (className: string, fields: string, more = ''): string =>
  `Get-CimInstance ${className} ${more}|Select-Object ${fields}`;

export const CIM_SECTIONS = {
  computer: cim(
    'Win32_ComputerSystem',
    'Name,Domain,PartOfDomain,DomainRole,Manufacturer,Model,TotalPhysicalMemory',
  ),
  bios: cim('Win32_BIOS', 'Manufacturer,SMBIOSBIOSVersion,SerialNumber,ReleaseDate'),
  board: cim('Win32_BaseBoard', 'Manufacturer,Product,SerialNumber'),
  product: cim('Win32_ComputerSystemProduct', 'UUID,IdentifyingNumber,Version'),
  processor: cim('Win32_Processor', 'Name,Manufacturer,NumberOfCores,NumberOfLogicalProcessors'),
  users:
    "Get-LocalUser|Select-Object Name,@{n='Sid';e={$_.SID.Value}},Enabled,PasswordRequired,PasswordLastSet,LastLogon,PasswordExpires,AccountExpires,Description",
  groups:
    "Get-CimInstance Win32_Group -Filter 'LocalAccount=True'|Select-Object Name,SID,@{n='Members';e={@(Get-CimAssociatedInstance -InputObject $_ -Association Win32_GroupUser|ForEach-Object{$_.Caption+'|'+$_.SID})}}",
  services: cim('Win32_Service', 'Name,DisplayName,State,StartMode,PathName,StartName'),
  tasks:
    "Get-ScheduledTask|Select-Object TaskPath,TaskName,@{n='State';e={[string]$_.State}},@{n='User';e={$_.Principal.UserId}},@{n='Level';e={[string]$_.Principal.RunLevel}},@{n='Actions';e={@($_.Actions|ForEach-Object{([string]$_.Execute+' '+[string]$_.Arguments).Trim()})}},@{n='Triggers';e={@($_.Triggers|ForEach-Object{$_.CimClass.CimClassName})}}",
  listeners: 'Get-NetTCPConnection -State Listen|Select-Object LocalAddress,LocalPort,OwningProcess',
  datagrams: 'Get-NetUDPEndpoint|Select-Object LocalAddress,LocalPort,OwningProcess',
  processes: cim('Win32_Process', 'ProcessId,Name,ExecutablePath', '-Property ProcessId,Name,ExecutablePath'),
  volumes: cim('Win32_LogicalDisk', 'DeviceID,DriveType,FileSystem,Size,FreeSpace,ProviderName'),
  disks:
    'Get-CimInstance MSFT_PhysicalDisk -Namespace root/Microsoft/Windows/Storage|Select-Object DeviceId,FriendlyName,SerialNumber,Size,MediaType,BusType,HealthStatus',
  bitlocker:
    'Get-CimInstance Win32_EncryptableVolume -Namespace root/cimv2/Security/MicrosoftVolumeEncryption|Select-Object DriveLetter,ProtectionStatus,VolumeType',
  usb: 'Get-CimInstance Win32_PnPEntity -Filter "PNPDeviceID LIKE \'USB%\'"|Where-Object Present|Select-Object Name,PNPDeviceID,PNPClass,Service,Manufacturer',
  hotfixes: cim('Win32_QuickFixEngineering', 'HotFixID,InstalledOn,Description'),
  defender:
    'Get-CimInstance MSFT_MpComputerStatus -Namespace root/Microsoft/Windows/Defender|Select-Object AMRunningMode,AMServiceEnabled,AntivirusEnabled,RealTimeProtectionEnabled,BehaviorMonitorEnabled,IoavProtectionEnabled,NISEnabled,IsTamperProtected,AntivirusSignatureVersion,AntivirusSignatureLastUpdated,AMProductVersion',
  antivirus:
    'Get-CimInstance AntiVirusProduct -Namespace root/SecurityCenter2|Select-Object displayName,productState,pathToSignedProductExe,timestamp',
  firewall:
    "Get-NetFirewallProfile -PolicyStore ActiveStore|Select-Object Name,@{n='Enabled';e={[string]$_.Enabled}},@{n='DefaultInboundAction';e={[string]$_.DefaultInboundAction}},@{n='LogBlocked';e={[string]$_.LogBlocked}}",
  // Only where the feature is installed; else nothing.
  backup:
    'if(Get-Command Get-WBSummary -ErrorAction SilentlyContinue){Get-WBSummary|Select-Object NextBackupTime,NumberOfVersions,LastSuccessfulBackupTime,LastSuccessfulBackupTargetLabel,LastBackupResultHR}',
  nameServers:
    'Get-DnsClientServerAddress|Where-Object ServerAddresses|Select-Object InterfaceAlias,ServerAddresses',
  neighbours:
    "Get-NetNeighbor|Where-Object LinkLayerAddress|Select-Object IPAddress,LinkLayerAddress,InterfaceAlias,@{n='State';e={[string]$_.State}}",
  routes: 'Get-NetRoute|Select-Object DestinationPrefix,NextHop,InterfaceAlias,RouteMetric',
} as const;

export type CimSection = keyof typeof CIM_SECTIONS;
