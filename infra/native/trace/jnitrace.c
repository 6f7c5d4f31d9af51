/* jnitrace.c: a JVMTI agent that lists the classes, methods and fields that native libraries look up through JNI, which is
   what a native executable must be told of (GraalVM's tracing agent does it too, but a plain JDK has none).

     gcc -O1 -fno-optimize-sibling-calls -shared -fPIC -I$JAVA_HOME/include -I$JAVA_HOME/include/linux \
       jnitrace.c -o libjnitrace.so -ldl
     java -agentpath:./libjnitrace.so=OUT,torch,tokenizers,jna ... ; sort -u OUT

   The first option is the output file, the others are parts of the names of the libraries to watch. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <jvmti.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static jvmtiEnv *ti;
static jniNativeInterface *jni;
static FILE *out;
static char *watch[32];
static int watched;

static const char *caller(void *address) {
    Dl_info info;
    if (!dladdr(address, &info) || !info.dli_fname) return NULL;
    const char *slash = strrchr(info.dli_fname, '/'), *name = slash ? slash + 1 : info.dli_fname;
    for (int i = 0; i < watched; i++) if (strstr(name, watch[i])) return name;
    return NULL;
}
static void type(jclass c, char *b, size_t n) {
    char *s = NULL;
    b[0] = 0;
    if (c && (*ti)->GetClassSignature(ti, c, &s, NULL) == 0) { snprintf(b, n, "%s", s); (*ti)->Deallocate(ti, (unsigned char *)s); }
}
#define LOG(...) do { const char *l_ = caller(__builtin_return_address(0)); if (l_) { fprintf(out, "%s ", l_); fprintf(out, __VA_ARGS__); fputc('\n', out); fflush(out); } } while (0)
#define MEMBER(T, F) \
    static T JNICALL my##F(JNIEnv *e, jclass c, const char *n, const char *s) { char b[400]; type(c, b, sizeof b); T r = jni->F(e, c, n, s); LOG(#F " %s %s %s%s", b, n, s, r ? "" : " not found"); return r; }
MEMBER(jmethodID, GetMethodID)
MEMBER(jmethodID, GetStaticMethodID)
MEMBER(jfieldID, GetFieldID)
MEMBER(jfieldID, GetStaticFieldID)
static jclass JNICALL myFindClass(JNIEnv *e, const char *n) { jclass r = jni->FindClass(e, n); LOG("FindClass %s%s", n, r ? "" : " not found"); return r; }
static jint JNICALL myThrowNew(JNIEnv *e, jclass c, const char *m) { char b[400]; type(c, b, sizeof b); LOG("ThrowNew %s (needs the constructor with a String)", b); return jni->ThrowNew(e, c, m); }
static jobject JNICALL myAllocObject(JNIEnv *e, jclass c) { char b[400]; type(c, b, sizeof b); LOG("AllocObject %s", b); return jni->AllocObject(e, c); }
static jobjectArray JNICALL myNewObjectArray(JNIEnv *e, jsize n, jclass c, jobject i) { char b[400]; type(c, b, sizeof b); LOG("NewObjectArray %s", b); return jni->NewObjectArray(e, n, c, i); }

static void JNICALL start(jvmtiEnv *t, JNIEnv *e, jthread thread) {
    jniNativeInterface *f;
    (*ti)->GetJNIFunctionTable(ti, &jni);
    (*ti)->GetJNIFunctionTable(ti, &f);
    f->FindClass = myFindClass; f->GetMethodID = myGetMethodID; f->GetStaticMethodID = myGetStaticMethodID; f->GetFieldID = myGetFieldID;
    f->GetStaticFieldID = myGetStaticFieldID; f->ThrowNew = myThrowNew; f->AllocObject = myAllocObject; f->NewObjectArray = myNewObjectArray;
    (*ti)->SetJNIFunctionTable(ti, f);
}
JNIEXPORT jint JNICALL Agent_OnLoad(JavaVM *vm, char *options, void *reserved) {
    char *o = strdup(options && *options ? options : "jni.txt"), *file = strtok(o, ",");
    for (char *w; watched < 32 && (w = strtok(NULL, ",")); ) watch[watched++] = w;
    if (!(out = fopen(file, "w")) || (*vm)->GetEnv(vm, (void **)&ti, JVMTI_VERSION_11)) return JNI_ERR;
    jvmtiEventCallbacks callbacks;
    memset(&callbacks, 0, sizeof callbacks);
    callbacks.VMInit = start;
    (*ti)->SetEventCallbacks(ti, &callbacks, sizeof callbacks);
    (*ti)->SetEventNotificationMode(ti, JVMTI_ENABLE, JVMTI_EVENT_VM_INIT, NULL);
    return JNI_OK;
}
