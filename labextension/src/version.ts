/* Made from package.json by `make wire`; do not edit. */

export const VERSION = '0.1.0';
