/** `vonggac inspection-pack` in English. */
export const inspectionEn = {
  needed: 'name --as-of DAY and --out FOLDER',
  oneSubject: 'name --agency or --system, not both; neither is the agency at the top',
  size: (papers: number, mib: string) => `Papers: ${papers} files, ${mib} MiB.`,
  job: (id: string) =>
    `It is built by job ${id}: "vonggac job cancel ${id}" ends it, "vonggac inspection-pack fetch ${id} --out FOLDER" gets it later.`,
  building: (done: number, of: number) => `Building: ${done} of ${of} ...`,
  notBuilt: (why: string) => `The pack was not built: ${why}`,
  collecting: 'Collecting what was kept ...',
  writing: (done: number, of: number) => `Writing file ${done} of ${of} ...`,
  verifying: (done: number, of: number) => `Verifying file ${done} of ${of} ...`,
  written: (folder: string, files: number) => `${folder} is written: ${files} files; open index.html.`,
  manifest: (sha256: string) => `SHA-256 of MANIFEST.sha256: ${sha256} (in the audit trail: inspection.pack)`,
  exists: (folder: string) => `${folder} is there already: name a new folder`,
  noPack: (folder: string) => `${folder} is no inspection pack: it has no MANIFEST.sha256 that can be read`,
  whole: (files: number) => `All ${files} files are as the manifest says.`,
  notWhole: 'The folder is NOT as the manifest says:',
  changed: 'changed',
  missing: 'missing',
  added: 'added',
};

export const inspectionHelpEn = {
  inspectionPack:
    'write one offline folder for inspectors: dossier, controls with evidence, proofs, incidents',
  inspectionAsOf: 'what was known by the end of this day, YYYY-MM-DD',
  inspectionAgency: 'of this agency and all below it (the one at the top by default)',
  inspectionSystem: 'of this information system',
  inspectionOut: 'a new folder',
  inspectionMask: 'mask personal data',
  inspectionWithoutPapers: 'leave out the contents of papers: decisions, documents of dossiers, reports',
  inspectionDryRun: 'say how large the papers are, and build nothing',
  inspectionFetch: 'get a pack that a job has built; it is kept for seven days',
  inspectionJob: 'the job, by its id or how that begins',
  inspectionVerify: 'say which files of a pack were changed, are missing or were added',
  inspectionFolder: 'folder of the pack',
};
