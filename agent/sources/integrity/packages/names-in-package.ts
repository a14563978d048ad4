/** Names a file may have in a package: what lies in /usr today, older packages know at the root. */
export function namesInPackage(file: string): string[] {
  const merged = /^\/usr(\/(?:bin|sbin|lib|lib32|lib64|libx32)\/.*)$/s.exec(file)?.[1];
  return merged === undefined ? [file] : [file, merged];
}
