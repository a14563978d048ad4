/**
 * Build of the SOC console. Invariants: every asset is a hashed file of our own server (nothing inlined as
 * data: or script text, so a strict Content-Security-Policy holds), each page is a chunk of its own.
 */
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { guides } from './guides.ts';
import { precompress } from './precompress.ts';

export default defineConfig({
  root: import.meta.dirname,
  base: '/',
  publicDir: false,
  plugins: [guides(), react(), precompress()],
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    target: 'es2022',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 1024,
  },
});
