import type { Command } from '../command.ts';
import { defineCommand } from '../command.ts';
import { tellStory } from '../demo/story.ts';
import { EXIT } from '../exit.ts';

export const demo: Command = defineCommand({
  name: 'demo',
  words: '',
  arity: { min: 0, max: 0 },
  describe: 'Play the whole story on loopback: two sites, four hosts, failover, caching.',
  flags: {},
  examples: [
    ['srvkit demo', 'in colour on a terminal'],
    ['srvkit demo > demo.txt', 'plain text'],
  ],
  async run(_values, _words, io) {
    // The story plays command lines; they are run by the same `run` that runs this one.
    const { run } = await import('../run.ts');
    await tellStory(io, run);
    return EXIT.done;
  },
});
