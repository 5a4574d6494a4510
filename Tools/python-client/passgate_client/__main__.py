import sys

from passgate_client.cli import main

sys.exit(main())
