/** A command line without the passwords and tokens in it. */

/** A word of the shell, quoted or not; each part begins with a sign of its own, so there is one way to read it. */
const VALUE = String.raw`(?:"(?:[^"\\]|\\.)*(?:"|$)|'[^']*(?:'|$)|\\.|[^\s"'\\])+`;
const RULES: readonly (readonly [RegExp, string])[] = [
  // An option or a setting that is named for it: --password x, -pass=x, DB_PASSWORD=x, -o username=a,password=b
  [new RegExp(`(--?(?:password|passwd|pass|secret|token|key)(?:=|\\s+))${VALUE}`, 'gi'), '$1***'],
  [new RegExp(`\\b([a-z_]*(?:password|passphrase|passwd|secret|token)[a-z_]*=)${VALUE}`, 'gi'), '$1***'],
  // mysqldump -px, sshpass -p x, curl -u user:x, smbclient -U user%x
  [new RegExp(`(\\ssshpass\\s+-p\\s*|^sshpass\\s+-p\\s*)${VALUE}`, 'g'), '$1***'],
  [new RegExp(`(\\s-p)(?!ort\\b)${VALUE}`, 'g'), '$1***'],
  [new RegExp(`(\\s(?:-u|--user)(?:\\s+|=)?["']?[^\\s:"'-][^\\s:"']*:)${VALUE}`, 'g'), '$1***'],
  [new RegExp(`(\\s-U\\s*["']?[^\\s%"'-][^\\s%"']*%)${VALUE}`, 'g'), '$1***'],
  [/(\/\/[^/:@\s]+:)[^@\s]+@/g, '$1***@'],
];

export function withoutSecrets(command: string): string {
  let result = command;
  for (const [pattern, by] of RULES) result = result.replace(pattern, by);
  return result;
}
