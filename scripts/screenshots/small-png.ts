/** A picture of a page with few colours: the same pixels give the same bytes. */
import sharp from 'sharp';

/** As few colours as show no difference: less, and the colours of severities run together. */
const QUALITY = 85;

/** @param png as the browser took it @returns the same picture with a palette */
export const smallPng = (png: Buffer): Promise<Buffer> =>
  sharp(png)
    .png({
      palette: true,
      quality: QUALITY,
      dither: 0,
      effort: 10,
      compressionLevel: 9,
      adaptiveFiltering: false,
    })
    .toBuffer();
