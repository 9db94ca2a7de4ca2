import type { CommandDefinition, FlagDefinition } from './command.ts';

const files: FlagDefinition = {
  flags: '-f, --file <path...>',
  description: 'stack file; several are merged in order',
};
const name: FlagDefinition = {
  flags: '-p, --stack-name <name>',
  description: "name of the stack, before the file's own",
};
const waiting: readonly FlagDefinition[] = [
  { flags: '--detach', description: 'return as soon as the daemon has accepted it' },
  {
    flags: '--timeout <duration>',
    description: 'give up waiting after this long, such as 90s (exit status 4)',
  },
];

const platformFlags: readonly FlagDefinition[] = [
  { flags: '--all', description: 'every platform: the index and all images that it names' },
  { flags: '--platform <os/arch>', description: "the image for this platform in place of the node's" },
];

/** Every command with its flags: the one source of parsing, help and the command page in docs/cli.md. */
export const commandTree: readonly CommandDefinition[] = [
  {
    name: 'apply',
    summary: 'make a stack file the desired state and wait until it is reached',
    flags: [files, name, { flags: '--wait', description: 'wait until converged (the default)' }, ...waiting],
    examples: ['tsorch apply -f stack.yaml', 'tsorch apply -f stack.yaml --detach'],
    load: () => import('./commands/apply.ts'),
  },
  {
    name: 'plan',
    args: '[stack]',
    summary: 'show what apply would do, and why; changes nothing (exit status 3 when there are changes)',
    flags: [files, name],
    examples: ['tsorch plan -f stack.yaml', 'tsorch plan shop    # what the next round would repair'],
    load: () => import('./commands/plan.ts'),
  },
  {
    name: 'ps',
    args: '[stack]',
    summary: 'list services and containers: wanted, there, and what they wait for',
    load: () => import('./commands/ps.ts'),
  },
  {
    name: 'logs',
    args: '<stack> [services...]',
    summary: 'print what the containers wrote',
    flags: [
      { flags: '-f, --follow', description: 'go on printing as it is written' },
      { flags: '-n, --tail <lines>', description: 'only the last lines of each container' },
      { flags: '--since <duration>', description: 'only what is younger, such as 10m' },
      { flags: '-t, --timestamps', description: 'print the time of each line' },
    ],
    examples: ['tsorch logs -f shop', 'tsorch logs shop/web --tail 100'],
    load: () => import('./commands/logs.ts'),
  },
  {
    name: 'stats',
    args: '[stack] [services...]',
    summary: 'show what running containers use, again and again',
    flags: [
      { flags: '--no-stream', description: 'look once, and end' },
      { flags: '--interval <duration>', description: 'time from one look to the next (default 1s)' },
    ],
    examples: ['tsorch stats', 'tsorch stats shop/web', 'tsorch stats --no-stream -o json'],
    load: () => import('./commands/stats.ts'),
  },
  {
    name: 'exec',
    args: '<container> <program...>',
    summary: 'run a program in a running container',
    flags: [
      { flags: '-i, --interactive', description: 'pass standard input on' },
      { flags: '-t, --tty', description: 'give it a terminal' },
      { flags: '-u, --user <user>', description: 'run as this user of the image' },
      { flags: '-w, --workdir <path>', description: 'directory to run it in' },
      { flags: '-e, --env <name=value...>', description: 'set an environment variable' },
      {
        flags: '--timeout <duration>',
        description: 'kill it, and all that it has started, after this long (exit status 137)',
      },
    ],
    examples: ['tsorch exec shop/web ls /srv', 'tsorch exec -it shop/web.2 sh'],
    passThrough: true,
    load: () => import('./commands/exec.ts'),
  },
  {
    name: 'attach',
    args: '<container>',
    summary: "connect to the standard streams of a container's program, from now on",
    flags: [
      {
        flags: '--detach-keys <keys>',
        description: "keys that leave a terminal (default ctrl-p,ctrl-q; '' = none)",
      },
      { flags: '--no-stdin', description: 'only look' },
    ],
    examples: ['tsorch attach shop/web', 'tsorch attach --detach-keys ctrl-x shop/console.1'],
    load: () => import('./commands/attach.ts'),
  },
  {
    name: 'inspect',
    args: '<object>',
    summary: 'print everything known of a stack, a service or a container as JSON',
    examples: ['tsorch inspect shop', 'tsorch inspect shop/web.1'],
    load: () => import('./commands/inspect.ts'),
  },
  {
    name: 'delete',
    args: '[stack]',
    summary: 'end a stack and remove its containers and networks; volumes are kept',
    flags: [files, name, ...waiting],
    examples: ['tsorch delete shop', 'tsorch delete -f stack.yaml'],
    load: () => import('./commands/delete.ts'),
  },
  ...(['stop', 'start', 'restart'] as const).map((verb) => ({
    name: verb,
    args: '<stack> [services...]',
    summary: {
      stop: 'stop services and keep them stopped',
      start: 'start services that were stopped',
      restart: 'stop and start the tasks of services',
    }[verb],
    examples: [`tsorch ${verb} shop`, `tsorch ${verb} shop/web`],
    flags: waiting,
    load: async () => (await import('./commands/lifecycle.ts')).lifecycleCommand(verb),
  })),
  ...(['pause', 'unpause'] as const).map((verb) => ({
    name: verb,
    args: '<stack> [services...]',
    summary: {
      pause: 'freeze the tasks of services; what is started later runs',
      unpause: 'let paused tasks run on',
    }[verb],
    examples: [`tsorch ${verb} shop`, `tsorch ${verb} shop/web`],
    load: async () => (await import('./commands/freeze.ts')).freezeCommand(verb),
  })),
  {
    name: 'events',
    args: '[stack]',
    summary: 'print what happened, each event with its cause',
    flags: [{ flags: '-f, --follow', description: 'go on printing as they happen' }],
    load: () => import('./commands/events.ts'),
  },
  {
    name: 'image import',
    args: '<archive> [reference]',
    summary:
      'bring in an image from a root filesystem tar, an OCI layout (directory or tar) or a `docker save` archive',
    flags: [
      { flags: '--cmd <args...>', description: 'what a container of a root filesystem runs by default' },
    ],
    examples: [
      'tsorch image import rootfs.tar.gz hello:latest',
      'tar -C rootfs -c . | tsorch image import - hello:latest',
    ],
    load: () => import('./commands/image-import.ts'),
  },
  {
    name: 'image pull',
    args: '<reference>',
    summary: 'fetch an image from its registry',
    examples: ['tsorch image pull docker.io/library/nginx:1.27'],
    load: () => import('./commands/image-pull.ts'),
  },
  {
    name: 'image push',
    args: '<name> [destination]',
    summary: 'bring an image of the node to a registry, bit by bit; with all platforms when they are here',
    flags: platformFlags,
    examples: [
      'tsorch image push registry.example/team/web:2.1',
      'tsorch image push hello:latest registry.example/team/hello:1.0',
    ],
    load: () => import('./commands/image-push.ts'),
  },
  {
    name: 'image copy',
    args: '<source> <destination>',
    summary:
      'copy an image between docker://, oci:, oci-archive:, docker-archive:, dir: and the node (store: or a bare name); digests stay',
    flags: [
      ...platformFlags,
      {
        flags: '--referrers',
        description: 'take along what refers to it in its registry, such as signatures',
      },
    ],
    examples: [
      'tsorch image copy docker://nginx:1.27 docker://registry.example/mirror/nginx:1.27 --all',
      'tsorch image copy docker://nginx:1.27 oci:layout:1.27',
      'tsorch image copy oci-archive:web.tar web:2.1',
    ],
    load: () => import('./commands/image-copy.ts'),
  },
  {
    name: 'image save',
    args: '<name...>',
    summary: 'write images of the node into an archive that docker, podman and `image load` read',
    flags: [
      { flags: '-f, --file <path>', description: 'file to write (default standard output)' },
      { flags: '--format <format>', description: 'docker-archive (the default) or oci-archive' },
      ...platformFlags,
    ],
    examples: [
      'tsorch image save web:2.1 db:16 --file shop.tar',
      'tsorch image save web:2.1 | ssh host docker load',
    ],
    load: () => import('./commands/image-save.ts'),
  },
  {
    name: 'image load',
    summary: 'bring in the images of an archive by their own names',
    flags: [{ flags: '-f, --file <path>', description: 'archive to read (default standard input)' }],
    examples: ['tsorch image load -f shop.tar', 'docker save web:2.1 | tsorch image load'],
    load: () => import('./commands/image-load.ts'),
  },
  {
    name: 'image tags',
    args: '<repository>',
    summary: 'list the tags of a repository of a registry',
    examples: ['tsorch image tags registry.example/team/web'],
    load: () => import('./commands/image-tags.ts'),
  },
  {
    name: 'image referrers',
    args: '<reference>',
    summary: 'list what refers to an image in its registry: signatures, attestations',
    flags: [{ flags: '--artifact-type <type>', description: 'only of this type' }],
    examples: ['tsorch image referrers registry.example/team/web:2.1'],
    load: () => import('./commands/image-referrers.ts'),
  },
  {
    name: 'image ls',
    summary: 'list the images of the node',
    load: () => import('./commands/image-ls.ts'),
  },
  {
    name: 'image inspect',
    args: '<reference>',
    summary: 'print everything that is known of an image as JSON',
    examples: ['tsorch image inspect nginx:1.27'],
    load: () => import('./commands/image-inspect.ts'),
  },
  {
    name: 'image history',
    args: '<reference>',
    summary: 'list the steps that an image was built by, the newest first',
    load: () => import('./commands/image-history.ts'),
  },
  {
    name: 'image trust',
    args: '<reference>',
    summary:
      'show which rule of the trust policy holds for an image and what came of it (exit status 1: it may not run)',
    examples: ['tsorch image trust registry.example/team/web:2.1', 'tsorch image trust nginx:1.27 -o json'],
    load: () => import('./commands/image-trust.ts'),
  },
  {
    name: 'image tag',
    args: '<reference> <name>',
    summary: 'give an image another name',
    examples: ['tsorch image tag hello:latest registry.example/team/hello:1.0'],
    load: () => import('./commands/image-tag.ts'),
  },
  {
    name: 'image rm',
    args: '<reference...>',
    summary: 'remove images that no stack uses',
    load: () => import('./commands/image-rm.ts'),
  },
  {
    name: 'image prune',
    summary: 'remove blobs and unpacked layers that no name, stack or container leads to',
    flags: [
      { flags: '-a, --all', description: 'also remove images that no stack and no container uses' },
      { flags: '--dry-run', description: 'only say what would be removed, and why the rest is kept' },
    ],
    examples: ['tsorch image prune --all --dry-run'],
    load: () => import('./commands/image-prune.ts'),
  },
  {
    name: 'image verify',
    args: '[reference...]',
    summary:
      'hash the blobs of images (default all that have a name) and look whether their layers are unpacked',
    flags: [
      { flags: '--all', description: 'also blobs that no name leads to' },
      {
        flags: '--repair',
        description: 'fetch damaged and missing blobs again from their registry, and unpack missing layers',
      },
    ],
    examples: ['tsorch image verify --all --repair'],
    load: () => import('./commands/image-verify.ts'),
  },
  {
    name: 'image why',
    args: '<name|digest>',
    summary: 'say what keeps an image, a blob or an unpacked layer on the node',
    examples: ['tsorch image why hello:latest'],
    load: () => import('./commands/image-why.ts'),
  },
  {
    name: 'login',
    args: '[registry]',
    summary: 'keep the credentials of a registry (default docker.io) for this node, once it has taken them',
    flags: [
      { flags: '-u, --username <name>', description: 'who we are; asked for on a terminal' },
      { flags: '--password-stdin', description: 'read the password from standard input' },
    ],
    examples: [
      'tsorch login registry.example',
      'pass reg | tsorch login -u ci --password-stdin registry.example:5000',
    ],
    load: () => import('./commands/login.ts'),
  },
  {
    name: 'logout',
    args: '[registry]',
    summary: 'forget the credentials of a registry',
    load: () => import('./commands/logout.ts'),
  },
  {
    name: 'daemon',
    summary: 'run the node in the foreground; containers outlive it',
    flags: [{ flags: '--config <path>', description: 'node configuration (default /etc/tsorch/node.yaml)' }],
    load: () => import('./commands/daemon.ts'),
  },
  {
    name: 'node stop',
    summary: 'end the daemon and, when no container is left, everything else of the node',
    flags: [{ flags: '--daemon-only', description: 'end only the daemon; containers go on running' }],
    load: () => import('./commands/node-stop.ts'),
  },
  {
    name: 'version',
    summary: 'print the versions of command line, daemon and native part',
    load: () => import('./commands/version.ts'),
  },
];
