import type { Command } from '../command.ts';
import { publish, withdraw } from './publish.ts';
import { cacheClear, cacheForget, cacheList } from './cache.ts';
import { demo } from './demo.ts';
import { grants } from './grants.ts';
import { resolve } from './resolve.ts';
import { serve } from './serve.ts';
import { settingsClear, settingsSet, settingsShow } from './settings.ts';
import { simulate } from './simulate.ts';
import { sitesPlan, sitesRead } from './sites.ts';
import { zonePrint } from './zone.ts';

/** Every command there is, in the order of the help. */
export const COMMANDS: readonly Command[] = [
  serve,
  publish,
  withdraw,
  resolve,
  cacheList,
  cacheClear,
  cacheForget,
  settingsShow,
  settingsSet,
  settingsClear,
  sitesPlan,
  sitesRead,
  grants,
  simulate,
  zonePrint,
  demo,
];

/** Commands of docs/cli.md that later versions bring: they say so and exit 2. */
export const NOT_BUILT: ReadonlySet<string> = new Set(['check', 'explain', 'slmgr', 'completion']);
