# Varnish in front of Sen: keeps a page until Sen purges it by one of its tags.
#
# Sen says with Surrogate-Control how long a page may be kept at most, to whoever says that it
# understands (Surrogate-Capability), and names in Cache-Tag what the page shows. What Sen did
# not declare to be kept has neither and is never stored: pages of people who signed in,
# previews, private pages, forms, the admin. Tell Sen where to purge: docs/operators/caches.md.
#
# Replace SEN_PORT; add Sen's other machines to the purgers.
vcl 4.1;

import std;

backend sen {
    .host = "127.0.0.1";
    .port = "SEN_PORT";
}

acl purgers {
    "127.0.0.1";
    "::1";
}

sub vcl_recv {
    if (req.method == "PURGE") {
        if (client.ip !~ purgers) {
            return (synth(403, "Not from here"));
        }
        if (!req.http.Sen-Purge) {
            return (synth(400, "Sen-Purge is missing"));
        }
        # Only what the object itself holds, so that Varnish can clear it away in the background.
        ban("obj.http.Cache-Tag ~ " + req.http.Sen-Purge);
        return (synth(200, "Purged"));
    }
    if (req.method != "GET" && req.method != "HEAD") {
        return (pass);
    }
    # Somebody with a session, or who otherwise says who they are, gets nothing from here.
    if (req.http.Authorization || req.http.Cookie ~ "sessionid") {
        return (pass);
    }
    # Varnish would pass whoever has any cookie; Sen looks at none of them for a page that is kept.
    return (hash);
}

sub vcl_backend_fetch {
    set bereq.http.Surrogate-Capability = {"varnish="Surrogate/1.0""};
}

sub vcl_backend_response {
    if (beresp.http.Cache-Tag && beresp.http.Surrogate-Control ~ "max-age=[0-9]+") {
        set beresp.ttl = std.duration(
            regsub(beresp.http.Surrogate-Control, ".*max-age=([0-9]+).*", "\1s"), 0s);
        set beresp.grace = 0s;
    } else {
        # For a second nobody waits for anybody else's answer.
        set beresp.uncacheable = true;
        set beresp.ttl = 1s;
    }
    unset beresp.http.Surrogate-Control;
    return (deliver);
}

sub vcl_deliver {
    if (obj.hits > 0) {
        set resp.http.X-Cache = "HIT";
    } else {
        set resp.http.X-Cache = "MISS";
    }
}
