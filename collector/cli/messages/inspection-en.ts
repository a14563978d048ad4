/** `vonggac inspection-pack` in English. */
export const inspectionEn = {
  needed: 'name --as-of DAY and --out FOLDER',
  oneSubject: 'name --agency or --system, not both; neither is the agency at the top',
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
  inspectionVerify: 'say which files of a pack were changed, are missing or were added',
  inspectionFolder: 'folder of the pack',
};
