/** Words of the tools of the editor. */

export const toolLabels = {
  meaning: 'editor.tool.meaning',
  events: 'editor.tool.events',
  history: 'editor.tool.history',
} as const;
