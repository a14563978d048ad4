/** Which package a path belongs to, and whether its content is the package's own. */

export interface PackageQuestion {
  path: string;
  /** Of a regular file. */
  sha256?: string | undefined;
  /** On Windows: the owner's security identifier, and what is known of the file besides. */
  user?: string | undefined;
  xattrs?: string | undefined;
}

export interface PackageAnswer {
  /** Name and version. */
  name: string;
  /** The content has the checksum that the package says; never of folders and links, which have none. */
  verified: boolean;
}

export interface PackageFiles {
  /** Answers for the paths that belong to a package. */
  find(questions: readonly PackageQuestion[]): Promise<Map<string, PackageAnswer>>;
  /** The package manager is at work: what it writes down may come after what it changes. */
  busy(): boolean;
}
