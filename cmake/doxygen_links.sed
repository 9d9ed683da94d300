# Shows Doxygen links of the README, but pictures, as their text: it does not have
# the pages.
s/([^!])\[([^]]+)\]\([^)]*\)/\1\2/g
