#include <popt.h>

/* popt gives one name to a struct and to a pointer to it, so that Swift can name neither. */
typedef struct poptOption PoptRow;
