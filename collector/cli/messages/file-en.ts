/** What is wrong with a file that the command line names, in English. */

export const fileEn = {
  unusable: (file: string, problem: string) => `${file}: ${problem}`,
  noFolder: 'there is no such folder',
  /** By the system's code. */
  problems: {
    ENOENT: 'there is no such file',
    ENOTDIR: 'there is no such file: a part of the path is no folder',
    EISDIR: 'this is a folder, a file is wanted',
    EACCES: 'access is refused: give the account that runs vonggac the right to it',
    EPERM: 'access is refused: give the account that runs vonggac the right to it',
    EEXIST: 'there is a file of that name already: choose another',
    ENOSPC: 'no room is left on the disk',
    EROFS: 'the disk can only be read',
    ENAMETOOLONG: 'the name is too long',
    ELOOP: 'its links lead nowhere',
    EMFILE: 'too many files are open',
  } as Readonly<Record<string, string>>,
  tooLarge: (file: string, bytes: number, bytesMax: number) =>
    `${file} has ${bytes.toLocaleString('en')} bytes; at most ${bytesMax.toLocaleString('en')} are taken here`,
  notUtf8: (file: string) => `${file} is not UTF-8: save it as UTF-8 (in Excel "CSV UTF-8")`,
};

export type FileMessages = typeof fileEn;
