/** A command line without the passwords and tokens in it. */
export function withoutSecrets(command: string): string {
  return command
    .replace(/(--?(?:password|passwd|pass|secret|token|key)[= ])\S+/gi, '$1***')
    .replace(/\b([A-Z_]*(?:PASSWORD|PASSPHRASE|PASSWD|SECRET|TOKEN)[A-Z_]*=)\S+/g, '$1***')
    .replace(/(\s-p)(?=\S)(?!ort\b)\S+/g, '$1***')
    .replace(/(\/\/[^/:@\s]+:)[^@\s]+@/g, '$1***@');
}
