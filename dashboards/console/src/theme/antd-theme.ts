/** The component library in the console's own colours; the same values as styles/tokens.css. */
import type { ThemeConfig } from 'antd';
import darkAlgorithm from 'antd/es/theme/themes/dark';
import defaultAlgorithm from 'antd/es/theme/themes/default';
import type { Theme } from './theme-store.ts';

const shared = {
  fontFamily: "'Inter Variable', system-ui, sans-serif",
  fontSize: 14,
  borderRadius: 6,
  controlHeight: 34,
  motionDurationMid: '0.12s',
  motionDurationSlow: '0.18s',
} as const;

/** The library's settings for a theme. */
export const antdThemes: Readonly<Record<Theme, ThemeConfig>> = {
  light: {
    algorithm: defaultAlgorithm,
    token: {
      ...shared,
      colorPrimary: '#0b6e62',
      colorInfo: '#0b6e62',
      colorLink: '#0b6e62',
      colorError: '#b3123a',
      colorWarning: '#946200',
      colorSuccess: '#2c7a3f',
      colorTextBase: '#15211f',
      colorBgBase: '#ffffff',
      colorBgLayout: '#f3f6f5',
      colorBorder: '#c3cdca',
      colorBorderSecondary: '#dfe5e3',
      colorTextPlaceholder: '#66746f',
      colorTextDescription: '#5f6e69',
    },
  },
  dark: {
    algorithm: darkAlgorithm,
    token: {
      ...shared,
      colorPrimary: '#3fb8a6',
      colorInfo: '#3fb8a6',
      colorLink: '#5cc9b8',
      colorError: '#ff7d99',
      colorWarning: '#edbd4f',
      colorSuccess: '#74c686',
      colorTextBase: '#e4ecea',
      colorBgBase: '#0d1413',
      colorBgContainer: '#131c1b',
      colorBgElevated: '#1a2524',
      colorBgLayout: '#0d1413',
      colorBorder: '#3a4a47',
      colorBorderSecondary: '#263432',
      colorTextPlaceholder: '#8b9b97',
      colorTextDescription: '#8fa09b',
      colorTextLightSolid: '#06201c',
    },
  },
};
