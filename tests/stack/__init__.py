"""Sen as a province runs it, on loopback: nginx, two web nodes, worker, scheduler, services.

The processes are started by the ``ExecStart`` lines of ``deploy/systemd``, nginx by
``deploy/nginx``; what systemd does (starting again what died, a timer) is done by threads.
"""
