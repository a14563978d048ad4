/** Reads the templates of folders: YAML with a safe schema, one a file. A later folder's goes before one of the same id. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { load, YAMLException } from 'js-yaml';
import { z } from 'zod';
import { requestTemplateSchema, type RequestTemplate } from './request-template.ts';

const FILES_MAX = 500;
const FILE_CHARS_MAX = 200_000;

export interface TemplateBook {
  templates: readonly RequestTemplate[];
  rejected: readonly { source: string; message: string }[];
}

function readOne(file: string): RequestTemplate {
  const text = readFileSync(file, 'utf8');
  if (text.length > FILE_CHARS_MAX) throw new RangeError(`more than ${FILE_CHARS_MAX} characters`);
  return requestTemplateSchema.parse(load(text));
}

function whyNot(error: unknown): string {
  if (error instanceof z.ZodError) {
    const [issue] = error.issues;
    return `${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`;
  }
  if (error instanceof YAMLException || error instanceof RangeError) return error.message;
  throw error;
}

function filesOf(folder: string): string[] {
  try {
    return readdirSync(folder)
      .filter((name) => /\.ya?ml$/.test(name))
      .toSorted()
      .slice(0, FILES_MAX)
      .map((name) => path.join(folder, name));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
}

/** Folders that are not there hold none. */
export function loadTemplates(folders: readonly string[]): TemplateBook {
  const byId = new Map<string, RequestTemplate>();
  const rejected: { source: string; message: string }[] = [];
  for (const file of folders.flatMap(filesOf)) {
    try {
      const template = readOne(file);
      byId.set(template.id, template);
    } catch (error) {
      rejected.push({ source: file, message: whyNot(error) });
    }
  }
  return { templates: [...byId.values()].toSorted((a, b) => (a.id < b.id ? -1 : 1)), rejected };
}
