/** Put in by the bundler (scripts/bundle.mjs); absent when the sources are run as they are. */
declare const __TSORCH_VERSION__: string | undefined;

export const programVersion = typeof __TSORCH_VERSION__ === 'string' ? __TSORCH_VERSION__ : '0.0.0-dev';
