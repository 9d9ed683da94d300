# Shows Doxygen links of the README as their text: it does not have the pages.
s/\[([^]]+)\]\([^)]*\)/\1/g
