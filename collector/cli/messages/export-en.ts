/** Exports as CSV, in English. */
export const exportEn = {
  progress: (rows: number) => `${rows} rows`,
  written: (rows: number, file: string) => `${rows} rows are in ${file}.`,
  perhapsMore: 'There may be more: raise --limit or narrow what is asked for.',
  unwritable: (file: string, code: string) => `${file} cannot be written (${code})`,
};

export const exportHelpEn = {
  alertExport: 'write the alerts that the filter finds into a CSV file for Excel; this is on record',
  exportOut: 'the file; it is there as a whole or not at all',
  exportLimit: 'at most so many rows (10000)',
  huntCsv: 'write the events into a CSV file for Excel; this is on record',
};
