# Ends what a killed launcher leaves behind. Standard input comes from the launcher: "add service PID", "add postgres PID",
# "drop PID", "done". When it closes without "done" the launcher has died; the kernel closes it, however that happened.
trap '' INT HUP TERM
services='' postgres=''
while read -r verb kind pid; do
  case $verb in
    add) if [ "$kind" = service ]; then services="$services $pid"; else postgres=$pid; fi ;;
    drop) kept=''; for p in $services; do [ "$p" = "$kind" ] || kept="$kept $p"; done; services=$kept ;;
    done) exit 0 ;;
  esac
done
alive() { for p in "$@"; do kill -0 "$p" 2>/dev/null && return 0; done; return 1; }
for p in $services; do kill -TERM "$p" 2>/dev/null; done
i=0
while [ $i -lt 10 ] && alive $services; do sleep 1; i=$((i + 1)); done
# Each service leads a process group: with it go the workers that it started.
for p in $services; do kill -s KILL -- "-$p" "$p" 2>/dev/null; done
[ -n "$postgres" ] || exit 0
kill -INT "$postgres" 2>/dev/null
i=0
while [ $i -lt 20 ] && alive "$postgres"; do sleep 1; i=$((i + 1)); done
kill -QUIT "$postgres" 2>/dev/null
exit 0
