/** Words that several parts of the API use. */
import { z } from 'zod';

export const severitySchema = z.enum(['informational', 'low', 'medium', 'high', 'critical']);
export const alertStateSchema = z.enum(['new', 'acknowledged', 'in-progress', 'closed']);
