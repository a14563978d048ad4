/** The attack stories that come with the product, and the way to read others: this folder's only door. */
import path from 'node:path';
import { loadStories, type LoadedStories } from './load-stories.ts';

export { buildStory, storySeconds, type StoryRecord } from './build-story.ts';
export { loadStory, type LoadedStories, type LoadedStory } from './load-stories.ts';
export { LINK_KINDS, type Story, type StoryHost } from './story-schema.ts';

export const STORIES_FOLDER: string = import.meta.dirname;
export const STORY_RULES_FOLDER: string = path.join(path.dirname(import.meta.dirname), 'detections');

/** Those of this folder. */
export function builtInStories(): LoadedStories {
  return loadStories(STORIES_FOLDER, STORY_RULES_FOLDER);
}
