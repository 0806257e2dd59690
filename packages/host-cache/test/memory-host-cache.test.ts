import test from 'ava';
import { memoryHostCache } from '../src/index.ts';
import { hostCacheBattery } from './battery.ts';

hostCacheBattery(test, (_t, options) => memoryHostCache(options));
