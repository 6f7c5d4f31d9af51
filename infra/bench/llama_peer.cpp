// llama.cpp as a peer of `revontuli bench inference`: reads "decode STREAMS STEPS" and "prefill TOKENS TIMES" from
// standard input and answers one line of milliseconds, one number a step. `llama_peer quantize IN OUT TYPE` quantizes.
// Built by llama_peer.sh. The clock is the process's own time with one thread, the wall's with more.
#include "ggml-backend.h"
#include "llama.h"

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <iostream>
#include <map>
#include <string>
#include <vector>

static int threads = 1;
static const int context_tokens = 32;

static double milliseconds() {
    if (threads == 1) {
        timespec time;
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
        return time.tv_sec * 1e3 + time.tv_nsec * 1e-6;
    }
    return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

struct Streams {
    llama_context *context;
    int position;
};

static llama_context *open_context(llama_model *model, int streams) {
    llama_context_params p = llama_context_default_params();
    p.n_ctx = streams * 256 < 1024 ? 1024 : streams * 256;
    p.n_batch = 512;
    p.n_ubatch = 512;
    p.n_threads = threads;
    p.n_threads_batch = threads;
    p.n_seq_max = streams;
    p.kv_unified = false;
    llama_context *context = llama_init_from_model(model, p);
    if (!context) {
        fprintf(stderr, "no context for %d streams\n", streams);
        exit(1);
    }
    return context;
}

static void put(llama_batch &batch, int i, int token, int position, int stream, bool logits) {
    batch.token[i] = token;
    batch.pos[i] = position;
    batch.n_seq_id[i] = 1;
    batch.seq_id[i][0] = stream;
    batch.logits[i] = logits;
}

static double run(llama_context *context, llama_batch &batch) {
    double begin = milliseconds();
    if (llama_decode(context, batch) != 0) {
        fprintf(stderr, "llama_decode failed\n");
        exit(1);
    }
    llama_synchronize(context);
    return milliseconds() - begin;
}

static Streams filled(llama_model *model, llama_batch &batch, int streams) {
    Streams made = {open_context(model, streams), context_tokens};
    for (int s = 0; s < streams; s++) {
        batch.n_tokens = context_tokens;
        for (int i = 0; i < context_tokens; i++) {
            put(batch, i, (i * 7919 + s) % 49000, i, s, i == context_tokens - 1);
        }
        run(made.context, batch);
    }
    return made;
}

int main(int count, char **words) {
    llama_log_set([](ggml_log_level, const char *, void *) {}, nullptr);
    ggml_backend_load_all_from_path(getenv("GGML_DIR"));
    llama_backend_init();
    if (count == 5 && !strcmp(words[1], "quantize")) {
        llama_model_quantize_params p = llama_model_quantize_default_params();
        p.ftype = (llama_ftype) (!strcmp(words[4], "q8_0") ? LLAMA_FTYPE_MOSTLY_Q8_0 : LLAMA_FTYPE_MOSTLY_Q4_0);
        p.pure = true;
        p.allow_requantize = true;
        return (int) llama_model_quantize(words[2], words[3], &p);
    }
    if (count != 3) {
        fprintf(stderr, "llama_peer MODEL THREADS | llama_peer quantize IN OUT q8_0|q4_0\n");
        return 2;
    }
    threads = atoi(words[2]);
    llama_model_params mp = llama_model_default_params();
    mp.n_gpu_layers = 0;
    llama_model *model = llama_model_load_from_file(words[1], mp);
    if (!model) {
        fprintf(stderr, "cannot load %s\n", words[1]);
        return 1;
    }
    llama_batch batch = llama_batch_init(512, 0, 1);
    std::map<int, Streams> open;
    printf("ready %s\n", llama_print_system_info());
    fflush(stdout);
    std::string what;
    int first;
    int times;
    while (std::cin >> what >> first >> times) {
        if (what == "prefill") {
            if (!open.count(0)) {
                open[0] = {open_context(model, 1), 0};
            }
            for (int r = 0; r < times; r++) {
                llama_memory_clear(llama_get_memory(open[0].context), true);
                batch.n_tokens = first;
                for (int i = 0; i < first; i++) {
                    put(batch, i, (i * 7919) % 49000, i, 0, i == first - 1);
                }
                printf("%.3f ", run(open[0].context, batch));
            }
        } else {
            if (!open.count(first)) {
                open[first] = filled(model, batch, first);
            }
            Streams &streams = open[first];
            for (int r = 0; r < times; r++) {
                batch.n_tokens = first;
                for (int s = 0; s < first; s++) {
                    put(batch, s, (r * 31 + s) % 49000, streams.position, s, true);
                }
                printf("%.3f ", run(streams.context, batch));
                streams.position++;
            }
        }
        printf("\n");
        fflush(stdout);
    }
    return 0;
}
