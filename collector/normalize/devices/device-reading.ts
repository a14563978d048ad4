/** What the reader of a device's line found out beside the event's fields. */
export interface DeviceReading {
  /** False where the form is not known after all; the line is kept whole. */
  known: boolean;
  /** The device's own time of the event, where it is as good as or better than a relay's. */
  timeMs?: number | undefined;
}

export const KNOWN_FORM: DeviceReading = Object.freeze({ known: true });
export const UNKNOWN_FORM: DeviceReading = Object.freeze({ known: false });
