/**
 * Which tactics a technique of MITRE ATT&CK (Enterprise) belongs to, and what became of techniques that are no more.
 * Facts of ATT&CK 19.2 (2026; 15 tactics, 222 techniques, 475 sub-techniques); a sub-technique has its technique's tactics.
 * Terms: attack.mitre.org/resources/legal-and-branding/terms-of-use.
 */

export const ATTACK_VERSION = '19.2';

/** In the order of an attack. */
export const TACTICS = [
  'reconnaissance',
  'resource-development',
  'initial-access',
  'execution',
  'persistence',
  'privilege-escalation',
  'stealth',
  'defense-impairment',
  'credential-access',
  'discovery',
  'lateral-movement',
  'collection',
  'command-and-control',
  'exfiltration',
  'impact',
] as const;

/** Tactics of earlier versions, and what they were divided into. */
export const FORMER_TACTICS: ReadonlyMap<string, readonly string[]> = new Map([
  ['defense-evasion', ['stealth', 'defense-impairment']],
]);

/** By the tactics they belong to: `1053/2-3,5` is T1053 with T1053.002, T1053.003 and T1053.005. */
const BY_TACTICS: ReadonlyMap<string, string> = new Map([
  [
    'reconnaissance',
    '1589/1-3 1590/1-6 1591/1-4 1592/1-4 1593/1-3 1594 1595/1-3 1596/1-5 1597/1-2 1598/1-4 1681 1682',
  ],
  ['resource-development', '1583/1-8 1584/1-8 1585/1-3 1586/1-3 1587/1-4 1588/1-7 1608/1-6 1650 1683/1-2'],
  ['initial-access', '1189 1190 1195/1-3 1199 1200 1566/1-4 1669'],
  ['initial-access persistence', '1133'],
  ['initial-access persistence privilege-escalation stealth', '1078/1-4'],
  ['initial-access lateral-movement', '1091'],
  ['initial-access command-and-control', '1659'],
  [
    'execution',
    '1047 1059/1-13 1106 1129 1203 1204/1-5 1559/1-3 1569/1-3 1609 1610 1648 1651 1674 1675 1677',
  ],
  ['execution persistence privilege-escalation', '1053/2-3,5-7'],
  ['execution persistence stealth', '1197'],
  ['execution stealth', '1127/1-3 1574/1,4-14'],
  ['execution lateral-movement', '1072'],
  ['persistence', '1136/1-3 1137/1-6 1176/1-2 1505/1-6 1525 1554 1653 1668 1671'],
  ['persistence privilege-escalation', '1037/1-5 1098/1-7 1543/1-5 1546/1-18 1547/1-10,12-15'],
  ['persistence stealth', '1542/1-5'],
  ['persistence stealth command-and-control', '1205/1-2'],
  ['persistence defense-impairment', '1112'],
  ['persistence defense-impairment credential-access', '1556/1-9'],
  ['privilege-escalation', '1068 1548/1-6 1611'],
  ['privilege-escalation stealth', '1055/1-5,8-9,11-15 1134/1-5'],
  ['privilege-escalation defense-impairment', '1484/1-2'],
  [
    'stealth',
    [
      '1006 1014 1027/1-18 1036/1-12 1070/3-10 1140 1202 1211 1216/1-2 1218/1-5,7-15 1220 1221 1480/1-2 1535',
      '1564/1-14 1612 1620 1678 1679 1684/1-2',
    ].join(' '),
  ],
  ['stealth discovery', '1497/1-3 1622'],
  [
    'defense-impairment',
    '1207 1222/1-2 1553/1-6 1578/1-5 1599/1 1600/1-2 1601/1-2 1647 1666 1685/1-6 1686/1-3 1687 1688 1689 1690',
  ],
  [
    'credential-access',
    '1003/1-8 1110/1-4 1111 1187 1212 1528 1539 1552/1-8 1555/1-6 1558/1-5 1606/1-2 1621 1649',
  ],
  ['credential-access discovery', '1040'],
  ['credential-access collection', '1056/1-4 1557/1-4'],
  [
    'discovery',
    [
      '1007 1010 1012 1016/1-2 1018 1033 1046 1049 1057 1069/1-3 1082 1083 1087/1-4 1120 1124 1135 1201 1217',
      '1482 1518/1-2 1526 1538 1580 1613 1614/1 1615 1619 1652 1654 1673 1680',
    ].join(' '),
  ],
  ['lateral-movement', '1021/1-8 1080 1210 1534 1550/1-4 1563/1-2 1570'],
  [
    'collection',
    '1005 1025 1039 1074/1-2 1113 1114/1-3 1115 1119 1123 1125 1185 1213/1-6 1530 1560/1-3 1602/1-2',
  ],
  [
    'command-and-control',
    [
      '1001/1-3 1008 1071/1-5 1090/1-4 1092 1095 1102/1-3 1104 1105 1132/1-2 1219/1-3 1568/1-3 1571 1572',
      '1573/1-2 1665',
    ].join(' '),
  ],
  ['exfiltration', '1011/1 1020/1 1029 1030 1041 1048/1-3 1052/1 1537 1567/1-4'],
  [
    'impact',
    '1485/1 1486 1489 1490 1491/1-2 1495 1496/1-4 1498/1-2 1499/1-4 1529 1531 1561/1-2 1565/1-3 1657 1667',
  ],
]);

/** Revoked by ATT&CK, each with what it became. */
const REVOKED = [
  '1002>1560 1004>1547.004 1009>1027.001 1013>1547.010 1015>1546.008 1017>1072 1019>1542.001 1022>1560',
  '1023>1547.009 1024>1573 1028>1021.006 1031>1543.003 1032>1573 1035>1569.002 1038>1574.001 1042>1546.001',
  '1044>1574.010 1045>1027.002 1050>1543.003 1053.001>1053.002 1054>1685 1058>1574.011 1060>1547.001',
  '1063>1518.001 1065>1571 1066>1027.005 1067>1542.003 1070.001>1685.005 1070.002>1685.006 1073>1574.001',
  '1075>1550.002 1076>1021.001 1077>1021.002 1079>1573 1081>1552.001 1084>1546.003 1085>1218.011',
  '1086>1059.001 1088>1548.002 1089>1685 1093>1055.012 1094>1095 1096>1564.004 1097>1550.003 1099>1070.006',
  '1100>1505.003 1101>1547.005 1103>1546.010 1107>1070.004 1109>1542.002 1116>1553.002 1117>1218.010',
  '1118>1218.004 1121>1218.009 1122>1546.015 1126>1070.005 1128>1546.007 1130>1553.004 1131>1547.002',
  '1138>1546.011 1139>1552.003 1141>1056.002 1142>1555.001 1143>1564.003 1144>1553.001 1145>1552.004',
  '1146>1070.003 1147>1564.002 1148>1690 1150>1647 1151>1036.006 1152>1569.001 1154>1546.005 1155>1059.002',
  '1156>1546.004 1157>1574.004 1158>1564.001 1159>1543.001 1160>1543.004 1161>1546.006 1162>1647',
  '1163>1037.004 1164>1547.007 1165>1037.005 1166>1548.001 1167>1555.002 1168>1053 1169>1548.003',
  '1170>1218.005 1171>1557.001 1172>1090.004 1173>1559.002 1174>1556.002 1177>1547.008 1178>1134.005',
  '1179>1056.004 1180>1546.002 1181>1055.011 1182>1546.009 1183>1546.012 1184>1563.001 1186>1055.013',
  '1188>1090.003 1191>1218.003 1192>1566.002 1193>1566.001 1194>1566.003 1196>1218.002 1198>1553.003',
  '1206>1548.003 1208>1558.003 1209>1547.003 1214>1552.002 1215>1547.006 1223>1218.001 1483>1568.002',
  '1487>1561.002 1488>1561.001 1492>1565.001 1493>1565.002 1494>1565.003 1500>1027.004 1501>1543.002',
  '1502>1134.004 1503>1555.003 1504>1546.013 1506>1550.004 1514>1548.004 1519>1546.014 1522>1552.005',
  '1527>1550.001 1536>1578.004 1547.011>1647 1562>1685 1562.001>1685 1562.002>1685.001 1562.003>1690',
  '1562.004>1686 1562.006>1685 1562.007>1686.001 1562.008>1685.002 1562.009>1688 1562.010>1689',
  '1562.011>1685.003 1562.012>1685.004 1562.013>1686.002 1574.002>1574.001 1656>1684.001 1672>1684.002',
].join(' ');

function techniquesOf(list: string): string[] {
  return list.split(' ').flatMap((item) => {
    const [main = '', subs] = item.split('/');
    const ranges = subs === undefined ? [] : subs.split(',');
    return [
      `T${main}`,
      ...ranges.flatMap((range) => {
        const [first = 0, last = first] = range.split('-').map(Number);
        return Array.from(
          { length: last - first + 1 },
          (_, index) => `T${main}.${String(first + index).padStart(3, '0')}`,
        );
      }),
    ];
  });
}

const TECHNIQUES: ReadonlyMap<string, readonly string[]> = new Map(
  [...BY_TACTICS].flatMap(([tactics, list]) =>
    techniquesOf(list).map((technique) => [technique, tactics.split(' ')] as const),
  ),
);

const SUCCESSORS: ReadonlyMap<string, string> = new Map(
  REVOKED.split(' ').map((pair) => {
    const [former = '', now = ''] = pair.split('>');
    return [`T${former}`, `T${now}`] as const;
  }),
);

/** What a revoked technique became. @param technique e.g. T1562.001 */
export function successorOf(technique: string): string | undefined {
  return SUCCESSORS.get(technique);
}

/** The tactics of a technique, of a revoked one those of what it became; undefined: ATT&CK has no such technique. */
export function tacticsOfTechnique(technique: string): readonly string[] | undefined {
  return TECHNIQUES.get(SUCCESSORS.get(technique) ?? technique);
}

/** All techniques, in no order. */
export function allTechniques(): readonly string[] {
  return [...TECHNIQUES.keys()];
}
