/** The name of the key that every host of the lab signs with, and its servers know. Its secret is another one each time. */
export const LAB_KEY = 'lab';
